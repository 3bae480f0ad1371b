"""Fixtures of the tests with real kernels."""

from __future__ import annotations

import pytest
from small_notes import Notes, kernels


@pytest.fixture
def notes(tmp_path) -> Notes:
    return Notes(tmp_path / "store")


@pytest.fixture(autouse=True)
def no_kernel_is_left():
    """No test leaves a kernel behind."""
    before = kernels()
    yield
    assert kernels() <= before
