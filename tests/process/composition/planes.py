"""Two small planes and a branch, for stories about compositions.

prospecting:  lead --invite--> meeting --accept--> ACCEPTED      lose: from open to REJECTED
sales:        qualification --offer--> closing --win--> WON      lose: from open to LOST
winback:      approach --renew--> talk --agree--> RENEWED        stop: from open to GIVEN_UP
"""

from __future__ import annotations

import salesfsm as sf

BUYER = """
buyer:
  phases: [unaware, weighing, deciding]
  milestones:
    - {name: reason_to_act, moves: unaware -> weighing}
    - {name: signature, moves: weighing -> deciding}
"""

PROSPECTING = f"""
salesfsm: 1
process: prospecting
plane: prospecting
currency: EUR
facts: {{budget: money, segment: {{type: choice, options: [small, large]}}}}
{BUYER}
teams: [{{name: hunters, planes: [prospecting], members: [anna]}}]
stages:
  - {{name: lead, tasks: [first_call], exit: known(segment)}}
  - {{name: meeting, exit: proven(reason_to_act)}}
  - {{name: accepted, outcome: won}}
  - {{name: rejected, outcome: lost, reasons: [no_need, silent]}}
transitions:
  - {{trigger: invite, source: lead, target: meeting}}
  - {{trigger: accept, source: meeting, target: accepted}}
  - {{trigger: lose, source: open, target: rejected}}
"""

SALES = f"""
salesfsm: 1
process: sales
currency: EUR
facts: {{budget: money, offer: {{type: money, currency: PLN}}}}
{BUYER}
receives: {{facts: [budget], milestones: [reason_to_act]}}
stages:
  - name: qualification
    tasks: [discovery]
    exit: [budget >= 1000, stopped_in != closing]
  - {{name: closing, mirrors: weighing, tasks: [send_offer]}}
  - {{name: won, outcome: won}}
  - {{name: lost, outcome: lost, reasons: [price, silent]}}
transitions:
  - {{trigger: offer, source: qualification, target: closing}}
  - {{trigger: win, source: closing, target: won, when: proven(signature)}}
  - {{trigger: step_back, source: closing, target: qualification}}
  - {{trigger: lose, source: open, target: lost}}
"""

WINBACK = """
salesfsm: 1
process: winback
facts: {still_needed: bool}
stages:
  - {name: approach, tasks: [dated_plan]}
  - name: talk
    tasks:
      - {name: talk_again, label: Talk again, owner: account executive, hint: Call., level: warn}
      - {name: gift, optional: true}
    exit: still_needed
  - {name: renewed, outcome: won, entry: {rule: attempts() < 5, code: not_pestered}}
  - {name: given_up, outcome: lost, reasons: [silent]}
transitions:
  - {trigger: renew, source: approach, target: talk}
  - {trigger: agree, source: [approach, talk], target: renewed, when: known(still_needed)}
  - {trigger: stop, source: open, target: given_up}
  - {trigger: start_over, source: closed, target: approach}
"""


def prospecting() -> sf.Process:
    """The plane that gives."""
    return sf.loads(PROSPECTING)


def sales() -> sf.Process:
    """The plane that receives."""
    return sf.loads(SALES)


def winback() -> sf.Process:
    """The branch."""
    return sf.loads(WINBACK)


TO_SALES = sf.Handover(name="to_sales", source="prospecting.accepted", target="sales.qualification")
PLANES = {"prospecting": prospecting(), "sales": sales()}


def keys(process: sf.Process) -> list[str]:
    """The arcs as short texts."""
    return [f"{arc.source} --{arc.trigger}--> {arc.target}" for arc in process.arcs]
