"""The list of networks and the profile of one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from catalogue.models import Network
from catalogue.network_filters import NetworkFilter
from catalogue.network_page import NetworkPage


@require_safe
def network_list(request: HttpRequest) -> HttpResponse:
    found = NetworkFilter(request.GET, Network.objects.published())
    context = {"section": "networks", "found": found, "result": found.page}
    return render(request, "catalogue/network_list.html", context)


@require_safe
def network_detail(request: HttpRequest, slug: str) -> HttpResponse:
    network = Network.objects.published().with_profile_parts().filter(slug=slug).first()
    if network is None:
        return _redirect_former(slug)
    page = NetworkPage(network)
    context = {"section": "networks", **page.context(request.build_absolute_uri)}
    return render(request, "catalogue/network_detail.html", context)


def _redirect_former(slug: str) -> HttpResponse:
    """Lead from an address that a network had before to the one it has now, or raise 404."""
    network = Network.objects.published().filter(former_slugs__slug=slug).first()
    if network is None:
        raise Http404
    return redirect(network, permanent=True)
