"""MkDocs' events → notebuild. No logic stands here."""

import logging
import signal
import threading
from contextlib import contextmanager
from pathlib import Path

import jieba
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import event_priority

from notebuild import search, serve, typeset
from notebuild.errors import NotebuildError
from notebuild.site import Site

jieba.setLogLevel(logging.WARNING)  # not a word for every language

log = logging.getLogger("mkdocs.hooks.notebuild")
command = "build"
site = None


def on_startup(*, command, dirty):
    globals()["command"] = command


@contextmanager
def failures():
    """A failure ends a build with its message; a server shows it and lives on."""
    try:
        yield
    except NotebuildError as error:
        if command != "serve":
            raise PluginError(f"\n{error}") from None
        log.error("\n%s", error)
    except KeyboardInterrupt:
        raise Abort("interrupted; what had finished is stored") from None


@event_priority(-200)  # after the i18n plugin has set the language's words
def on_config(config):
    for name, options in config.extra.get("mdx_configs", {}).items():
        config.mdx_configs.setdefault(name, {}).update(options)


def on_pre_build(*, config):
    global site
    if command == "serve" and site is None:
        try:
            serve.check_address(*config.dev_addr)
        except NotebuildError as error:
            raise Abort(str(error)) from None
    if threading.current_thread() is threading.main_thread():
        # As Ctrl-C does: end the kernels, keep what had finished.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    site = Site(Path(config.config_file_path).parent, Path(config.docs_dir).name)
    with failures():
        site.run().check()


def on_page_markdown(markdown, *, page, config, files):
    with failures():
        return site.markdown(markdown, Path(page.file.abs_src_path))


def on_page_content(html, *, page, config, files):
    with failures():
        file = Path(page.file.abs_src_path)
        for item in page.toc:
            _name(item, file)
        return site.html(typeset.join_lines(html), file)


@event_priority(-200)
def on_post_build(config):
    locales = [alternate["lang"] for alternate in config.extra["alternate"]]
    search.write_indexes(config.site_dir, locales)


def _name(item, file):
    item.title = site.title(item.title, file)
    for child in item.children:
        _name(child, file)
