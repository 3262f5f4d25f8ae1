"""The admin, and the way there."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="admin/deals/deal/")),
    path("admin/", admin.site.urls),
]
