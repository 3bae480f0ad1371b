"""MkDocs' events → notebuild. No logic stands here."""

import gc
import json
import logging
import signal
import threading
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

import jieba
from jinja2 import FileSystemBytecodeCache
from mkdocs import utils
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page

from notebuild import kept, publish, search, serve, styles, typeset
from notebuild.errors import NotebuildError
from notebuild.live import serve_state
from notebuild.site import Site
from notebuild.words import load_words

jieba.setLogLevel(logging.WARNING)  # not a word for every language

# The i18n plugin takes a notebook for a page only where MkDocs does.
utils.markdown_extensions += (".ipynb",)

log = logging.getLogger("mkdocs.hooks.notebuild")
LIVE = '<script type="module" src="/_notebuild/live.js"></script>'
command = "build"
site = live = None
made = kept.Kept()  # what MkDocs and its plugins have made of the pages


def on_startup(*, command, dirty):
    globals()["command"] = command
    made.lasting = command == "serve"
    if command == "build":  # most of what it makes stays: looking for garbage takes a tenth
        gc.freeze()
        gc.set_threshold(100_000)


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
    # Each language's pages are kept by themselves, or they push each other out.
    config.plugins["mkdocs-jupyter"].config["cache_dir"] = str(
        kept.notebooks(Path(config.config_file_path).parent, config.theme["language"],
                       command != "serve"))
    for name, options in config.extra.get("mdx_configs", {}).items():
        config.mdx_configs.setdefault(name, {}).update(options)
    kept.index_once(config.plugins["material/search"].search_index, lambda: site.files)


def on_env(env, *, config, files):
    folder = kept.templates(Path(config.config_file_path).parent)
    env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    env.globals["words"] = load_words
    return env


def on_pre_build(*, config):
    global site, live
    if site is not None and config.plugins["i18n"].building:
        return  # the i18n plugin builds the other languages within the first
    if command == "serve" and site is None:
        try:
            serve.check_address(*config.dev_addr)
        except NotebuildError as error:
            raise Abort(str(error)) from None
    if threading.current_thread() is threading.main_thread():
        # As Ctrl-C does: end the kernels, keep what had finished.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    site = Site(Path(config.config_file_path).parent, Path(config.docs_dir).name,
                address=config.site_url or "", repository=config.repo_url or "",
                published=command != "serve", earlier=site)
    with failures():
        if command == "serve":
            live = live or site.make_live()
            site.show(live)
            site.build.check()
        else:
            # Needed at the end, and loaded while kernels compute.
            site.run(meanwhile=jieba.initialize).check()


def on_serve(server, *, config, builder):
    news = site.store.root / "news"
    news.parent.mkdir(parents=True, exist_ok=True)
    news.touch()
    server.watch(str(news))  # what has been executed is shown by a build of its own
    server.set_app(serve_state(
        server.get_app(), lambda path, numbers: site.state(path, numbers)))
    live.open(news.touch)


def on_shutdown():
    if live is not None:
        live.close()


@event_priority(100)  # before the plugins: for them a lab is a page of docs/
def _add_labs(files, *, config):
    for name in site.lab_names():
        for locale in site.locales:
            files.append(File(f"labs/{name}.{locale}.ipynb", config.docs_dir,
                              config.site_dir, config.use_directory_urls))


@event_priority(-200)  # after the i18n plugin has made files of its own
def _find_notebooks(files, *, config):
    for file in files.documentation_pages():
        if file.src_uri.startswith("labs/"):
            name, locale, _ = Path(file.src_uri).name.rsplit(".", 2)
            file.abs_src_path = str(site.lab_notebook(name, locale))


on_files = CombinedEvent(_add_labs, _find_notebooks)


@event_priority(-200)  # after mkdocs-jupyter has said how it renders a notebook
def on_pre_page(page, *, config, files):
    page.render = partial(kept.render_once, page, "page", page.render, made)
    return page


def on_page_markdown(markdown, *, page, config, files):
    with failures():
        return site.markdown(markdown, Path(page.file.abs_src_path))


def on_page_content(html, *, page, config, files):
    with failures():
        file, notebook = Path(page.file.abs_src_path), None
        if file.suffix == ".ipynb":  # its prose is set by MkDocs, as everywhere
            notebook = html
            kept.render_once(page, "prose", partial(Page.render, page), made, config, files)
            html = page.content
            page.meta |= {"description": site.description(file),
                          "search": {"boost": 0.2}}  # the chapter comes first
        for item in page.toc:
            _name(item, file)
        return site.html(typeset.join_lines(html), file, notebook,
                         page.meta.get("description", ""))


def on_page_context(context, *, page, config, nav):
    with failures():
        context["head"] = site.head(Path(page.file.abs_src_path), config.site_name)


@event_priority(-200)  # the last to see a page, as it is written
def on_post_page(output, *, page, config):
    if command == "serve":
        output = output.replace("</body>", f"{LIVE}</body>")
    output = styles.join_styles(output, Path(config.site_dir))
    return made.get(("page", page.url), output, lambda: publish.finish_page(
        output, live=command == "serve"))


@event_priority(-200)
def on_post_template(output, *, template_name, config):
    if template_name.endswith(".html"):
        output = styles.join_styles(output, Path(config.site_dir))
        return publish.finish_page(output, live=command == "serve")


@event_priority(-200)
def on_post_build(config):
    if config.plugins["i18n"].building:
        return  # the index is whole only after the last language
    locales = [alternate["lang"] for alternate in config.extra["alternate"]]
    with failures():
        names = search.load_names(Path(config.docs_dir), site.terms.values())
        search.write_indexes(config.site_dir, locales, site.files.value(
            ["names", json.dumps(names), *map(version, kept.SEARCH)],
            partial(search.cut_names, names)))
    site.publish(Path(config.site_dir))


def _name(item, file):
    item.title = site.title(item.title, file)
    for child in item.children:
        _name(child, file)
