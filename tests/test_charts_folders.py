"""Charts as folders: what belongs to one, and what its Chart.yaml says."""

from pathlib import Path

import pytest

from sidecarlint.sources.charts import Chart, chart_around, chart_at, chart_of, is_partial, parts_of, root_of


def fill(folder: Path, *names: str, about: str = "name: pier\n") -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(about if path.name == "Chart.yaml" else "")
    return folder.resolve()


ABOUT = [
    # a Chart.yaml, and what it says: name, version, kubeVersion, library
    ("name: pier\nversion: 1.0.0\n", ("pier", "1.0.0", "", False)),
    ("version: '1.2.3' # next\r\nname: \"pier\"\r\nkubeVersion: '>=1.29.0-0'\r\n", ("pier", "1.2.3", ">=1.29.0-0", False)),
    ("name: pier\ntype: library\n", ("pier", "", "", True)),
    ("name: pier # type: library\n", ("pier", "", "", False)),
    ("dependencies:\n- name: crane\n  version: 2.0.0\n", ("", "", "", False)),
    ("name:\n", ("", "", "", False)),
    ("", ("", "", "", False)),
]


@pytest.mark.parametrize(("about", "expected"), ABOUT)
def test_what_a_chart_says_of_itself(tmp_path: Path, about: str, expected: tuple[str, str, str, bool]) -> None:
    folder = fill(tmp_path, "Chart.yaml", about=about)
    found = chart_at(str(folder))
    assert found == Chart(str(folder), *expected)


def test_the_files_of_a_chart(tmp_path: Path) -> None:
    names = ["templates/web.yaml", "templates/jobs/a.yaml", "templates/_helpers.tpl", "values.yaml"]
    folder = fill(tmp_path, "Chart.yaml", "ci/b-values.yaml", "ci/a-values.yaml", "ci/notes.yaml", *names)
    found = chart_at(str(folder))
    assert found is not None
    assert found.values == str(folder / "values.yaml")
    assert found.ci == (str(folder / "ci/a-values.yaml"), str(folder / "ci/b-values.yaml"))
    assert found.templates == tuple(str(folder / name) for name in sorted(names[:3]))
    assert chart_at(str(folder / "templates")) is None


def test_charts_in_charts(tmp_path: Path) -> None:
    top = fill(tmp_path, "pier/Chart.yaml", "pier/charts/crane/Chart.yaml", "pier/charts/crane/charts/rope/Chart.yaml", "charts/a/Chart.yaml",
               "pier/charts/notes.txt", "pier/charts/crane/templates/a.yaml", "pier/ci/a-values.yaml")  # fmt: skip
    pier, crane, rope = (str(top / name) for name in ("pier", "pier/charts/crane", "pier/charts/crane/charts/rope"))
    assert [root_of(each) for each in (pier, crane, rope, str(top / "charts" / "a"))] == [pier, pier, pier, str(top / "charts" / "a")]
    assert parts_of(pier) == [pier, crane, rope]
    assert chart_around(f"{pier}/ci/a-values.yaml") == pier
    assert chart_around(f"{crane}/templates/a.yaml") == crane
    assert chart_around(f"{crane}/Chart.yaml") == crane
    assert chart_around(str(top / "values.yaml")) is None


def test_which_files_are_templates(tmp_path: Path) -> None:
    top = fill(tmp_path, "Chart.yaml", "templates/jobs/a.yaml", "templates/_a.tpl", "_a.tpl", "other/templates/a.yaml", "values.yaml")
    assert chart_of(str(top / "templates/jobs/a.yaml")) == str(top)
    assert [chart_of(str(top / name)) for name in ("values.yaml", "other/templates/a.yaml")] == [None, None]
    assert [is_partial(str(top / name)) for name in ("templates/_a.tpl", "_a.tpl", "templates/jobs/a.yaml")] == [True, False, False]
