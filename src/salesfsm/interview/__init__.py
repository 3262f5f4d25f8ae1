"""The interview: questions that uncover the process a team follows, and the draft they lead to.

Pure: the questions, what an answer does to the conversation, and the process that answers make.
The command line asks, and keeps the files.
"""

from salesfsm.interview.answers import Answers
from salesfsm.interview.answers_file import answers_of, write_answers
from salesfsm.interview.conversation import Conversation, Heard
from salesfsm.interview.draft import draft
from salesfsm.interview.questions import QUESTIONS, Form, Question, questions
from salesfsm.interview.written import gaps, write_draft

__all__ = [
    "QUESTIONS",
    "Answers",
    "Conversation",
    "Form",
    "Heard",
    "Question",
    "answers_of",
    "draft",
    "gaps",
    "questions",
    "write_answers",
    "write_draft",
]
