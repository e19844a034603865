"""In the document every name stands for one thing: two shapes of one name would describe each other's answers."""

from collections import defaultdict

from flowtic.api import api
from flowtic.core.api_shapes import In, Out


def everything_under(base):
    found = set(base.__subclasses__())
    for one in list(found):
        found |= everything_under(one)
    return found


def test_no_two_shapes_have_the_same_name():
    named = defaultdict(set)
    for base in (In, Out):
        for shape in everything_under(base):
            if "." in shape.__module__ and not shape.__module__.startswith(("ninja", "tests")):
                named[shape.__name__].add(shape.__module__)
    assert {name: modules for name, modules in named.items() if len(modules) > 1} == {}


def test_no_two_operations_have_the_same_id():
    ids = defaultdict(list)
    for path in api.get_openapi_schema(path_prefix="")["paths"].values():
        for method in path.values():
            if "operationId" in method:
                ids[method["operationId"]].append(method.get("summary"))
    assert {name: found for name, found in ids.items() if len(found) > 1} == {}
