"""Work on all processors: in order, and counted on the line of progress."""

from chatbot.semantic import onnx


def test_work_is_counted(monkeypatch):
    """What has a text for the line of progress is counted on it; the results are in the order of the inputs."""
    counted = []
    monkeypatch.setattr(onnx, "counted_off", lambda items, text, total: counted.append((text, total)) or items)
    assert onnx.map_parallel(str.upper, ["a", "b", "c"], "Computing vectors ...") == ["A", "B", "C"]
    assert onnx.map_parallel(str.upper, ["a"]) == ["A"]
    assert counted == [("Computing vectors ...", 3)]
