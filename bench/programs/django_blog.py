"""The blog in Django, on mysqlclient, PyMySQL or sqlite3, under gunicorn.

Django advises mysqlclient, which needs a C compiler and the headers of MariaDB. To measure with it:

    .venv/bin/python -m pip install mysqlclient --no-deps --target .venv-bench
"""

import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import django
import pymysql
from django.conf import settings
from django.core.paginator import Paginator
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from bench.programs.pages import PAGE_SIZE, Page, iso

if not find_spec('MySQLdb'):  # the module of mysqlclient
    pymysql.install_as_MySQLdb()


def database(url):
    """Return Django's settings for the database that a URL names."""
    where = urlsplit(url)
    if where.scheme == 'sqlite':
        return {'ENGINE': 'django.db.backends.sqlite3', 'NAME': url.removeprefix('sqlite:///')}
    return {
        'ENGINE': 'django.db.backends.mysql',
        'HOST': where.hostname,
        'PORT': where.port or 3306,
        'USER': unquote(where.username or 'root'),
        'PASSWORD': unquote(where.password or ''),
        'NAME': where.path[1:],
        'OPTIONS': {'charset': 'utf8mb4'},
        'CONN_MAX_AGE': None,  # keep the connections
    }


settings.configure(
    ALLOWED_HOSTS=['127.0.0.1'],
    DATABASES={'default': database(os.environ['DATABASE_URL'])},
    INSTALLED_APPS=[
        'django.contrib.auth',
        'django.contrib.contenttypes',
        'django.contrib.sessions',
    ],
    MIDDLEWARE=[  # those of `django-admin startproject`, without the messages
        'django.middleware.security.SecurityMiddleware',
        'django.contrib.sessions.middleware.SessionMiddleware',
        'django.middleware.common.CommonMiddleware',
        'django.middleware.csrf.CsrfViewMiddleware',
        'django.contrib.auth.middleware.AuthenticationMiddleware',
        'django.middleware.clickjacking.XFrameOptionsMiddleware',
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY='nothing here is signed',
    TEMPLATES=[
        {
            'BACKEND': 'django.template.backends.django.DjangoTemplates',
            'DIRS': [Path(__file__).with_name('django_templates')],
            'OPTIONS': {
                'context_processors': [
                    'django.template.context_processors.request',
                    'django.contrib.auth.context_processors.auth',
                ],
                'libraries': {'blog': 'bench.programs.django_filters'},
            },
        }
    ],
)
django.setup()


class Row(models.Model):
    """What posts and comments have in common."""

    id = models.CharField(primary_key=True, max_length=50)
    user_id = models.CharField(max_length=50)
    user_name = models.CharField(max_length=50)
    user_image = models.CharField(max_length=500)
    content = models.TextField()
    created_at = models.FloatField()

    class Meta:
        abstract = True
        app_label = 'blog'
        ordering = ('-created_at',)


class Blog(Row):
    name = models.CharField(max_length=50)
    summary = models.CharField(max_length=200)

    class Meta(Row.Meta):
        db_table = 'blogs'


class Comment(Row):
    blog = models.ForeignKey(Blog, models.CASCADE)

    class Meta(Row.Meta):
        db_table = 'comments'


def index(request):
    return render(request, 'blogs.html', {'page': newest(request, Blog.objects.all())})


def get_blog(request, id):
    blog = get_object_or_404(Blog, pk=id)
    page = newest(request, blog.comment_set.all())
    return render(request, 'blog.html', {'blog': blog, 'page': page})


def api_blogs(request):
    page = newest(request, Blog.objects.all())
    data = {
        'page': vars(Page(page.paginator.count, page.number)),
        'blogs': [public(blog) for blog in page],
    }
    return JsonResponse(data, json_dumps_params={'ensure_ascii': False})


def newest(request, rows):
    """Return the page that `?page=` asks for."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get('page'))


def public(blog):
    """Return what the list shows of a blog."""
    names = ('id', 'user_id', 'user_name', 'user_image', 'name', 'summary', 'created_at')
    return {name: getattr(blog, name) for name in names} | {'created_at_iso': iso(blog.created_at)}


urlpatterns = [
    path('', index),
    path('blog/<id>', get_blog),
    path('api/blogs', api_blogs),
]
app = get_wsgi_application()
