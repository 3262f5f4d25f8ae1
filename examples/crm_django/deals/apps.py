"""The application of deals."""

from __future__ import annotations

from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "crm_django.deals"
    default_auto_field = "django.db.models.BigAutoField"
