"""x"""


def chrome(request):
    return {}
