"""What Django's templates can say: the same as those of `final`."""

from django.template import Library

from bench.programs.pages import comment_html, post_html, templates

register = Library()
register.filter('ago', templates.filters['ago'])
register.filter('markdown', post_html)
register.filter('comment', comment_html)
register.simple_tag(templates.globals['static'], name='static')


@register.filter
def colour(name):
    return sum(name.encode()) % 6
