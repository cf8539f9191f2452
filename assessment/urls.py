"""Pages of those who propose."""

from django.urls import URLPattern

app_name = "assessment"

urlpatterns: list[URLPattern] = []
