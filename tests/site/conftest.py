"""One tiny bilingual site, cold or built, and its server."""

import shutil

import pytest
from served import servers
from small_site import Built, Project

serve = pytest.fixture(servers)


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> tuple[Project, Built]:
    """A project that was built once, cold. Tests that change it copy it."""
    project = Project(tmp_path_factory.mktemp("built"))
    return project, project.build()


@pytest.fixture
def copy(built, tmp_path) -> Project:
    """A copy of the built project, its store and its site included."""
    target = tmp_path / "copy"
    shutil.copytree(built[0].root, target, symlinks=True)
    project = Project.__new__(Project)
    project.root = target
    return project
