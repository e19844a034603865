"""Parts of the frame that are kept: never out of date, and nothing of one request is shown to another."""

from types import SimpleNamespace

from django.template import Context, Template

from flowtic.core.templatetags import frame


def shown(source, **context):
    return Template("{% load frame %}" + source).render(Context(context))


def request(path, nonce="n1"):
    return SimpleNamespace(get_full_path=lambda: path, csp_nonce=nonce)


def test_forms_get_their_own_request(settings):
    settings.DEBUG = False
    part = "{% kept_frame 'desk/queue/_beside.html' %}"
    before = frame._rendered.cache_info().hits
    first = shown(part, request=request('/tickets?q="><b>&a=1'), csrf_token="t1")
    second = shown(part, request=request("/tickets"), csrf_token="t2")
    assert frame._rendered.cache_info().hits > before
    assert first.count('value="t1"') == 2 == second.count('value="t2"') and "t1" not in second
    assert first.count('value="/tickets?q=&quot;&gt;&lt;b&gt;&amp;a=1"') == 2 == second.count('value="/tickets"')
    scripts = [shown("{% kept_frame 'components/scripts_kept.html' %}", request=request("/", nonce)) for nonce in "ab"]
    assert scripts[0].count('nonce="a"') == 3 and scripts[0].replace('nonce="a"', 'nonce="b"') == scripts[1]
    for text in (first, second, *scripts):
        assert not any(
            mark in text for mark in vars(frame._AnyRequest).values() if isinstance(mark, str) and len(mark) > 20
        )


def test_lines_of_a_kept_part_have_no_indentation(settings):
    settings.DEBUG = False
    assert "\n " not in shown("{% kept_frame 'components/js_parts.html' %}", request=request("/"))
