"""The catalogue's addresses and, beside them, those of the average Django page."""

from django.urls import path

from benchmarks import average
from goodpractice.urls import handler400, handler403, handler404, handler500
from goodpractice.urls import urlpatterns as catalogue

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("average/", average.example_list, name="average_list"),
    path("average/<slug:slug>/", average.example_detail, name="average_detail"),
    *catalogue,
]
