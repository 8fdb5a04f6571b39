"""An include only points down the layers."""

import re

# From the bottom up; a folder may include itself and what is before it.
LAYERS = ("base", "platform", "stream", "channel", "brine", "all")
# Layers that need less than all that is below them.
NEEDS = {"brine": {"base", "brine"}}
# The layer of each public header.
PUBLIC = {
    "base.h": "base", "error.h": "base", "memory.h": "base",
    "stream.h": "stream", "stream_ops.h": "stream", "socket_stream.h": "stream",
    "pipe_stream.h": "stream", "listener.h": "stream", "buffered_stream.h": "stream",
    "factories.h": "stream", "tunneled_socket_stream.h": "stream", "windows_streams.h": "stream",
    "open.h": "stream", "process_stream.h": "stream", "tls_stream.h": "stream",
    "frame.h": "channel", "channel.h": "channel", "compressed_channel.h": "channel",
    "batching_channel.h": "channel", "encrypted_channel.h": "channel",
    "brine.h": "brine", "firth.h": "all",
}
# Folders of core/ that are no layer.
OTHERS = {"include", "cmake"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<(firth/[^>]+)>)', re.MULTILINE)


def layer_of_included(name):
    """The layer, or None for a name that is in none."""
    if name.startswith("firth/"):
        return PUBLIC.get(name.removeprefix("firth/"))
    folder = name.split("/")[0]
    return folder if "/" in name and folder in LAYERS else None


def layer_of_file(path):
    """The layer of a file, its path relative to core/."""
    if path.parts[0] == "include":
        return PUBLIC.get(path.name)
    return path.parts[0] if path.parts[0] in LAYERS else None


def allowed(layer):
    """The layers that one may include."""
    return NEEDS.get(layer, LAYERS[:LAYERS.index(layer) + 1])


def problems_of(path, core):
    relative = path.relative_to(core)
    layer = layer_of_file(relative)
    if layer is None:
        return [f"{relative} belongs to no layer"]
    found = []
    for quoted, public in INCLUDE.findall(path.read_text()):
        name = quoted or public
        included = layer_of_included(name)
        if included is None:
            found.append(f"{relative} includes {name}, which belongs to no layer")
        elif included not in allowed(layer):
            found.append(f"{relative} ({layer}) includes {name} ({included})")
    return found


def problems(root):
    core = root / "core"
    found = [f"core/{folder.name} is no known layer" for folder in core.iterdir()
             if folder.is_dir() and folder.name not in {*LAYERS, *OTHERS}]
    for path in sorted([*core.rglob("*.c"), *core.rglob("*.h")]):
        found += problems_of(path, core)
    return found


def test_every_include_points_down(root):
    assert problems(root) == []


def test_there_are_includes_to_look_at(root):
    text = (root / "core/channel/channel_send.c").read_text()
    assert len(INCLUDE.findall(text)) >= 2


def test_an_include_that_points_up_is_found(tree):
    root = tree({"core/base/a.c": '#include "stream/stream.h"\n'})
    assert problems(root) == ["base/a.c (base) includes stream/stream.h (stream)"]


def test_a_public_header_that_includes_one_above_it_is_found(tree):
    root = tree({"core/include/firth/error.h": "#include <firth/channel.h>\n"})
    assert problems(root) == ["include/firth/error.h (base) includes firth/channel.h (channel)"]


def test_a_layer_that_includes_a_public_header_above_it_is_found(tree):
    root = tree({"core/platform/a.c": "#include <firth/stream.h>\n"})
    assert problems(root) == ["platform/a.c (platform) includes firth/stream.h (stream)"]


def test_a_layer_that_includes_one_below_which_it_does_not_need_is_found(tree):
    root = tree({"core/brine/a.c": '#include "channel/channel.h"\n#include "base/fail.h"\n'})
    assert problems(root) == ["brine/a.c (brine) includes channel/channel.h (channel)"]


def test_an_unknown_folder_is_found(tree):
    root = tree({"core/extras/readme": ""})
    assert problems(root) == ["core/extras is no known layer"]


def test_a_public_header_that_nobody_has_placed_is_found(tree):
    root = tree({"core/include/firth/new.h": ""})
    assert problems(root) == ["include/firth/new.h belongs to no layer"]


def test_an_include_of_a_neighbour_without_its_folder_is_found(tree):
    root = tree({"core/base/a.c": '#include "buffer.h"\n'})
    assert problems(root) == ["base/a.c includes buffer.h, which belongs to no layer"]
