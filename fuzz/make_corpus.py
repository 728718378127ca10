#!/usr/bin/env python3
"""Write fuzz/corpus/{safetensors,torch_file,pickle}: good files and every trick that a reader of checkpoints must survive.

Needs the standard library alone: the files are put together byte by byte, since most of them are ones that no program
would write. Run it again after a change; the same bytes come out. Inputs that fuzzing found are added beside them by hand.
"""
import json
import struct
import zlib
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def write(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


# ---- pickles ----

def text(s):
    b = s.encode()
    return b"X" + struct.pack("<I", len(b)) + b


def integer(n):
    if 0 <= n < 256:
        return b"K" + bytes([n])
    if -2**31 <= n < 2**31:
        return b"J" + struct.pack("<i", n)
    b = n.to_bytes(n.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(b)]) + b


def glob(module, name):
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n"


def tup(*items):
    return b"(" + b"".join(items) + b"t"


def numbers(values):
    return tup(*map(integer, values))


def storage(key="0", count=6, kind="FloatStorage", tag="storage", location="cpu"):
    return tup(text(tag), glob("torch", kind), text(key), text(location), integer(count)) + b"Q"


def call(module, name, *arguments):
    return glob(module, name) + tup(*arguments) + b"R"


def ordered():
    return call("collections", "OrderedDict")


def tensor(shape=(2, 3), stride=(3, 1), offset=0, store=None):
    return call("torch._utils", "_rebuild_tensor_v2", store or storage(), integer(offset), numbers(shape), numbers(stride),
                b"\x89", ordered())


def mapping(*pairs):
    return b"}(" + b"".join(text(k) + v for k, v in pairs) + b"u"


def pickle(body, protocol=2):
    return b"\x80" + bytes([protocol]) + body + b"."


def short(s):
    return b"\x8c" + bytes([len(s)]) + s.encode()


def pickles():
    good = pickle(mapping(("a", tensor())))
    training = pickle(mapping(
        ("epoch", integer(15)),
        ("state_dict", ordered() + b"(" + text("module.a") + tensor() + text("module.b") + tensor((3,), (1,), 3) + b"u"),
        ("optimizer", mapping(("lr", b"G" + struct.pack(">d", 1e-4)), ("seed", integer(2**80)), ("state", b"}K\x00" + tensor() + b"s"))),
        ("accuracy", call("numpy.core.multiarray", "scalar",
                          call("numpy", "dtype", text("f8"), b"\x89", b"\x88") + tup(integer(3), text("<"), b"N") + b"b",
                          call("_codecs", "encode", text("\0\0\0\0\0\0\xf8?"), text("latin1")))),
        ("args", glob("argparse", "Namespace") + b")\x81" + mapping(("lr", integer(1))) + b"b"),
    ))
    memo = pickle(b"}q\x00(" + text("a") + b"q\x01" + tensor() + b"q\x02" + text("b") + b"h\x02" + text("c") +
                  b"j\x02\0\0\0" + b"u")
    framed = b"}\x94(" + short("a") + b"\x94" + short("torch._utils") + short("_rebuild_tensor_v2") + b"\x93\x94(" + (
        b"(" + short("storage") + short("torch") + short("FloatStorage") + b"\x93" + short("0") + short("cpu") + b"K\x06tQ"
    ) + b"K\x00K\x02K\x03\x86K\x03K\x01\x86\x89" + short("collections") + short("OrderedDict") + b"\x93)RtRu."
    protocol4 = b"\x80\x04\x95" + struct.pack("<Q", len(framed)) + framed
    out = {"good": good, "good_training": training, "good_memo": memo, "good_protocol4": protocol4,
           "good_parameter": pickle(mapping(("a", call("torch._utils", "_rebuild_parameter", tensor(), b"\x88", ordered()))))}

    # Truncated at each boundary between opcodes, roughly: at every length.
    for source, data in (("good", good), ("memo", memo), ("protocol4", protocol4)):
        for size in range(0, len(data), 7):
            out[f"truncated_{source}_{size:03}"] = data[:size]

    # What tries to call something.
    shell = text("touch /tmp/hearken-was-here")
    out |= {
        "call_os_system": pickle(call("os", "system", shell)),
        "call_posix_system": pickle(call("posix", "system", shell)),
        "call_nt_system": pickle(call("nt", "system", shell)),
        "call_subprocess": pickle(call("subprocess", "Popen", shell)),
        "call_eval": pickle(call("builtins", "eval", shell)),
        "call_eval_2": pickle(call("__builtin__", "eval", shell)),
        "call_exec": pickle(call("builtins", "exec", shell)),
        "call_getattr": pickle(call("builtins", "getattr", glob("os", "path"), text("os"))),
        "call_import": pickle(call("importlib", "import_module", text("os"))),
        "call_load": pickle(call("torch", "load", text("other.pt"))),
        "call_hub": pickle(call("torch.hub", "load", text("other"))),
        "call_storage_type": pickle(call("torch", "FloatStorage", integer(2**40))),
        "call_ndarray": pickle(call("numpy", "ndarray", integer(2**40))),
        "call_value": pickle(text("os.system") + tup(shell) + b"R"),
        "call_result": pickle(ordered() + b")R"),
        "call_without_tuple": pickle(glob("collections", "OrderedDict") + b"]R"),
        "stack_global": pickle(short("os") + short("system") + b"\x93" + tup(shell) + b"R", 4),
        "stack_global_dotted": pickle(short("torch._utils") + short("_rebuild_tensor_v2.__globals__") + b"\x93.", 4),
        "stack_global_not_text": pickle(b"]]\x93", 4),
        "stack_global_split": pickle(short("torch._utils _rebuild") + short("tensor_v2") + b"\x93", 4),
        "global_dotted": pickle(glob("torch", "_utils._rebuild_tensor_v2")),
        "global_no_end": pickle(b"c" + b"a" * 300),
        "global_empty": pickle(b"c\n\n"),
        "inst": pickle(b"(" + shell + b"ios\nsystem\n"),
        "obj": pickle(b"(" + glob("argparse", "Namespace") + b"o"),
        "newobj": pickle(glob("os", "system") + tup(shell) + b"\x81"),
        "newobj_ex": pickle(glob("argparse", "Namespace") + b")}\x92", 4),
        "ext1": pickle(b"\x82\x01"), "ext2": pickle(b"\x83\x01\x00"), "ext4": pickle(b"\x84\x01\0\0\0"),
        "build_on_text": pickle(text("a") + b"}b"),
        "build_on_global": pickle(glob("torch", "FloatStorage") + b"}b"),
        "build_on_storage": pickle(storage() + b"}b"),
        "build_setstate": pickle(glob("argparse", "Namespace") + b")\x81" + mapping(("__setstate__", glob("os", "system"))) + b"b"),
        "persid_text": pickle(b"Pstorage\n"),
        "persid_not_tuple": pickle(text("storage") + b"Q"),
        "persid_short": pickle(tup(text("storage"), glob("torch", "FloatStorage"), text("0")) + b"Q"),
        "persid_module": pickle(tup(text("module"), glob("torch", "FloatStorage"), text("0"), text("cpu"), integer(6)) + b"Q"),
        "persid_type": pickle(tup(text("storage"), glob("collections", "OrderedDict"), text("0"), text("cpu"), integer(6)) + b"Q"),
        "persid_type_text": pickle(tup(text("storage"), text("torch FloatStorage"), text("0"), text("cpu"), integer(6)) + b"Q"),
        "persid_number_key": pickle(tup(text("storage"), glob("torch", "FloatStorage"), integer(0), text("cpu"), integer(6)) + b"Q"),
        "persid_nested": pickle(tup(text("storage"), glob("torch", "FloatStorage"), storage(), text("cpu"), integer(6)) + b"Q"),
        "dup": pickle(b"]2\x86"), "pop": pickle(b"]]0"), "pop_mark": pickle(b"](]1"), "protocol_1": pickle(b"N", 1),
        "protocol_0": b"(dp0\nS'a'\np1\nI1\ns.", "protocol_9": pickle(b"N", 9), "protocol_twice": pickle(b"\x80\x02N"),
        "unknown_opcode": pickle(b"\xff"), "bytearray": pickle(b"\x96" + struct.pack("<Q", 2**62), 5),
        "buffer": pickle(b"\x97", 5), "nul": bytes(64),
    }

    # Sizes and counts that are lies.
    out |= {
        "huge_text": pickle(b"X\xff\xff\xff\xff"), "huge_bytes": pickle(b"B\xff\xff\xff\xff"),
        "huge_frame": b"\x80\x04\x95" + b"\xff" * 8 + b"N.", "huge_memo": pickle(b"]r\xff\xff\xff\xff"),
        "memo_gap": pickle(b"]q\x05"), "memo_missing": pickle(b"h\x00"), "memo_missing_4": pickle(b"j\xff\xff\xff\xff"),
        "memo_of_nothing": pickle(b"q\x00"), "long_255": pickle(b"\x8a\xff" + b"\x7f" * 255), "long_0": pickle(b"\x8a\x00"),
        "long_negative": pickle(b"\x8a\x08" + b"\xff" * 8), "long4": pickle(b"\x8b\xff\xff\xff\x7f"),
        "text8": pickle(b"\x8d" + b"\xff" * 8, 4), "nan": pickle(b"G\x7f\xf8\0\0\0\0\0\0"),
    }

    # The stack and its marks.
    out |= {
        "empty": b"", "stop_only": b".", "nothing": pickle(b""), "two_values": pickle(b"NN"), "no_stop": b"\x80\x02N",
        "after_stop": pickle(b"N") + b"N.", "open_mark": pickle(b"N("), "mark_only": pickle(b"("), "tuple_without_mark": pickle(b"Nt"),
        "tuple_of_nothing": pickle(b"\x87"), "append_to_nothing": pickle(b"a"), "append_to_dict": pickle(b"}Na"),
        "append_to_mark": pickle(b"](Na"), "appends_to_nothing": pickle(b"(Ne"), "appends_below_mark": pickle(b"]((Ne"),
        "setitem_on_list": pickle(b"]NNs"), "setitems_odd": pickle(b"}(Nu"), "setitems_on_call": pickle(call("torch", "device") + b"(NNu"),
        "reduce_nothing": pickle(b"R"), "build_nothing": pickle(b"b"), "persid_nothing": pickle(b"Q"), "put_below_mark": pickle(b"N(q\x00"),
        "reduce_below_mark": pickle(glob("torch", "Size") + b"()R"),
    }

    # Depth, cycles and bombs.
    laugh = b"]q\x00"
    for i in range(1, 60):
        laugh += b"](" + bytes([ord("h"), i - 1]) * 10 + b"eq" + bytes([i])
    tuples = b")q\x00"
    for i in range(1, 200):
        tuples += bytes([ord("h"), i - 1]) * 3 + b"\x87q" + bytes([i])
    out |= {
        "cycle_list": pickle(b"]q\x00h\x00a"), "cycle_dict": pickle(b"}q\x00" + text("state_dict") + b"h\x00s"),
        "cycle_two": pickle(b"]q\x00]q\x01h\x00ah\x01a"), "cycle_tuple": pickle(b"]q\x00h\x00\x85a"),
        "cycle_call": pickle(b"]q\x00" + glob("torch", "device") + b"h\x00\x85Ra"),
        "bomb_laughs": pickle(tup(laugh)), "bomb_tuples": pickle(tup(tuples)),
        "bomb_get": pickle(b"]q\x00(" + b"h\x00" * 20000 + b"e"),
        "bomb_persid": pickle(tup(text("storage"), glob("torch", "FloatStorage"), text("0"), text("cpu"), integer(6)) +
                              b"q\x00Q(" + b"h\x00Q" * 20000 + b"t\x86"),
        "bomb_memo": pickle(b"]" + b"\x94" * 60000, 4),
        "bomb_lists": pickle(b"(" + b"]" * 60000 + b"t"), "bomb_marks": pickle(b"(" * 60000 + b"t" * 60000),
        "bomb_depth": pickle(b"]" * 30000 + b"a" * 29999), "bomb_tuple_depth": pickle(b")" + b"\x85" * 60000),
        "bomb_globals": pickle(b"(" + glob("torch", "Size") * 5000 + b"t"),
        "too_many_opcodes": pickle(b"(" + b"N" * 400_010 + b"t"),
    }

    # Tensors whose numbers are wrong; torch_file reads what the interpreter lets pass.
    big = 2**62
    for name, value in {
        "shape_larger": tensor((3, 3), (3, 1)), "offset_beyond": tensor(offset=7), "offset_negative": tensor(offset=-1),
        "offset_pushes_out": tensor(offset=1), "offset_huge": tensor(offset=2**63 - 1), "shape_negative": tensor((-2, 3)),
        "stride_negative": tensor((2, 3), (-3, 1), 3), "stride_zero": tensor((1000, 1000), (0, 0)),
        "stride_overflow": tensor((3, 3), (big, big)), "stride_transposed": tensor((3, 2), (1, 3)),
        "stride_beyond": tensor((2, 3), (4, 1)), "stride_missing": tensor((2, 3), (1,)), "stride_of_one": tensor((1, 6), (99, 1)),
        "shape_huge": tensor((2**31, 2**31), (2**31, 1)), "shape_overflow": tensor((big, big, big), (1, 1, 1)),
        "shape_zero_huge": tensor((2**31 - 1, 2**31 - 1, 2**31 - 1, 0), (0, 0, 0, 1)), "shape_zero": tensor((0, 4), (4, 1)),
        "shape_scalar": tensor((), ()), "rank_9": tensor((1,) * 9, (1,) * 9), "rank_20000": tensor((1,) * 20000, (1,) * 20000),
        "shape_text": call("torch._utils", "_rebuild_tensor_v2", storage(), integer(0), text("23"), numbers((3, 1)), b"\x89", b"N"),
        "shape_of_text": call("torch._utils", "_rebuild_tensor_v2", storage(), integer(0), tup(text("2")), numbers((1,)), b"\x89", b"N"),
        "shape_long": tensor((2**80,), (1,)),
        "shape_size": call("torch._utils", "_rebuild_tensor_v2", storage(), integer(0), call("torch", "Size", numbers((2, 3))),
                           numbers((3, 1)), b"\x89", b"N"),
        "shape_size_nested": call("torch._utils", "_rebuild_tensor_v2", storage(), integer(0),
                                  call("torch", "Size", call("torch", "Size", numbers((2, 3)))), numbers((3, 1)), b"\x89", b"N"),
        "arguments_missing": call("torch._utils", "_rebuild_tensor_v2", storage()),
        "arguments_none": call("torch._utils", "_rebuild_tensor_v2"),
        "arguments_many": call("torch._utils", "_rebuild_tensor_v2", *[b"N"] * 20000),
        "storage_text": call("torch._utils", "_rebuild_tensor_v2", text("0"), integer(0), numbers((2, 3)), numbers((3, 1)), b"\x89", b"N"),
        "storage_count_lie": tensor(store=storage(count=1000)), "storage_count_negative": tensor(store=storage(count=-6)),
        "storage_count_huge": tensor(store=storage(count=2**62 + 6)), "storage_type_lie": tensor(store=storage(kind="HalfStorage")),
        "storage_double": tensor((3,), (1,), store=storage(kind="DoubleStorage", count=3)),
        "storage_complex": tensor((), (), store=storage(kind="ComplexDoubleStorage", count=1)),
        "storage_bool": tensor((24,), (1,), store=storage(kind="BoolStorage", count=24)),
        "storage_missing": tensor(store=storage(key="1")), "storage_key_path": tensor(store=storage(key="../data.pkl")),
        "storage_key_absolute": tensor(store=storage(key="/etc/passwd")), "storage_key_empty": tensor(store=storage(key="")),
        "storage_key_long": tensor(store=storage(key="0" * 5000)), "storage_on_gpu": tensor(store=storage(location="cuda:0")),
        "parameter_of_nothing": call("torch._utils", "_rebuild_parameter"),
        "parameter_of_parameter": call("torch._utils", "_rebuild_parameter", call("torch._utils", "_rebuild_parameter", tensor())),
    }.items():
        out[f"tensor_{name}"] = pickle(mapping(("a", value)))
    out |= {
        "names_twice": pickle(mapping(("a", tensor()), ("a", tensor()))),
        "states_twice": pickle(mapping(("state_dict", mapping(("a", tensor()))), ("state_dict", mapping(("b", tensor()))))),
        "name_not_utf8": pickle(b"}X\x02\0\0\0\xff\n" + tensor() + b"s"), "name_empty": pickle(mapping(("", tensor()))),
        "name_number": pickle(b"}K\x01" + tensor() + b"s"), "root_list": pickle(b"]" + tensor() + b"a"),
        "root_tensor": pickle(tensor()), "root_none": pickle(b"N"), "root_storage": pickle(storage()),
        "state_is_tensor": pickle(mapping(("state_dict", tensor()))), "no_tensors": pickle(mapping(("lr", integer(1)))),
        "tied_many": pickle(b"}(" + text("t0") + tensor() + b"q\x00" + b"".join(text(f"t{i}") + b"h\x00" for i in range(1, 3000)) + b"u"),
        "tied_too_many": pickle(b"}(" + text("t0") + tensor() + b"q\x00" +
                                b"".join(text(f"t{i}") + b"h\x00" for i in range(1, 16400)) + b"u"),
    }
    return out


# ---- zip files ----

def entry(name, data, at, crc=None, local_name=None, method=0, flags=0x0808, size=None, local_size=None, extra=b"", local_extra=b"",
          signature=b"PK\x03\x04"):
    """Its local part, and what the directory says of it; the sizes follow the data as PyTorch's writer does it."""
    raw = name.encode() if isinstance(name, str) else name
    local_raw = raw if local_name is None else local_name.encode()
    crc = zlib.crc32(data) if crc is None else crc
    size = len(data) if size is None else size
    later = flags & 8
    local_size = (0 if later else min(size, 0xffffffff)) if local_size is None else local_size
    local = signature + struct.pack("<HHHHHIIIHH", 0, flags, method, 0, 0, 0 if later else crc, local_size, local_size,
                                    len(local_raw), len(local_extra)) + local_raw + local_extra
    follow = b"PK\x07\x08" + struct.pack("<III", crc, min(size, 0xffffffff), min(size, 0xffffffff)) if later else b""
    central = b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 0, 0, flags, method, 0, 0, crc, min(size, 0xffffffff),
                                          min(size, 0xffffffff), len(raw), len(extra), 0, 0, 0, 0, min(at, 0xffffffff)) + raw + extra
    return local + data + follow, central


def archive(entries, zip64=True, count=None, size=None, begin=None, comment=b"", before=b"", after_directory=b"", count64=None,
            size64=None, begin64=None, record=None, disk=0):
    """`entries`: tuples of arguments to entry(), without the place."""
    body, directory = before, b""
    for name, data, options in entries:
        options = dict(options)
        at = options.pop("at", len(body))
        local, central = entry(name, data, at, **options)
        body += local
        directory += central
    n = len(entries) if count is None else count
    start, length = len(body), len(directory)
    out = body + directory + after_directory
    if zip64:
        place = len(out) if record is None else record
        out += b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 0, 45, disk, 0, n if count64 is None else count64,
                                           n if count64 is None else count64, length if size64 is None else size64,
                                           start if begin64 is None else begin64)
        out += b"PK\x06\x07" + struct.pack("<IQI", 0, place, 1)
    return out + b"PK\x05\x06" + struct.pack("<HHHHIIH", disk, 0, min(n, 0xffff), min(n, 0xffff), length if size is None else size,
                                             start if begin is None else begin, len(comment)) + comment


FLOATS = struct.pack("<6f", 0, 1, 2, 3, 4, 5)
GOOD = pickle(mapping(("a", tensor())))


def saved(data_pkl=GOOD, more=(), skip=(), options=None, **how):
    options = options or {}
    parts = [("a/data.pkl", data_pkl), ("a/byteorder", b"little"), ("a/data/0", FLOATS), ("a/version", b"3\n"),
             ("a/.data/serialization_id", b"0" * 40)]
    return archive([(n, d, options.get(n, {})) for n, d in parts if n not in skip] + list(more), **how)


def zips(all_pickles):
    good = saved()
    out = {"good": good, "good_no_zip64": saved(zip64=False), "good_no_byteorder": saved(skip=("a/byteorder",))}
    out["good_sizes_first"] = saved(options={n: {"flags": 0} for n in ("a/data.pkl", "a/data/0", "a/version", "a/byteorder")})
    marks = sorted({i + d for sig in (b"PK\x03\x04", b"PK\x07\x08", b"PK\x01\x02", b"PK\x06\x06", b"PK\x06\x07", b"PK\x05\x06", b"data", b"\x80\x02")
                    for i in range(len(good)) if good.startswith(sig, i) for d in (0, 1, 4)} | {len(good) - 1, len(good) - 22})
    for size in marks:
        out[f"truncated_{size:04}"] = good[:size]
    for name, data in all_pickles.items():
        if name.startswith(("tensor_", "good", "call_", "cycle_", "bomb_laughs", "names", "states", "name_", "root_", "state_", "no_", "tied_")):
            out[f"pickle_{name}"] = saved(data)

    def extra64(*values):
        return struct.pack("<HH", 1, 8 * len(values)) + b"".join(struct.pack("<Q", v) for v in values)

    big = 0xffffffff
    at0 = {"a/data/0": {"at": 0}}
    for name, path in {"parent": "a/../data/0", "absolute": "/etc/passwd", "backslash": "a\\data\\0", "dot": "a/./x", "double": "a//x",
                       "empty": "", "newline": "a/\n", "nul": "a/\0x", "not_utf8": b"a/\xff\xfe", "long": "a/" + "x" * 60000,
                       "drive": "C:/x", "folder": "a/folder/", "twice": "a/data.pkl", "twice_data": "a/data/0",
                       "other_folder": "b/data.pkl", "torchscript": "a/constants.pkl", "torchscript_code": "a/code/x.py"}.items():
        out[f"name_{name}"] = saved(more=[(path, b"x", {})])
    out |= {
        "empty": b"", "only_end": archive([], zip64=False), "only_end64": archive([]), "prefix_only": b"PK\x03\x04",
        "compressed": saved(options={"a/data.pkl": {"method": 8}}), "compressed_data": saved(options={"a/data/0": {"method": 12}}),
        "encrypted": saved(options={"a/data/0": {"flags": 0x0809}}), "strongly_encrypted": saved(options={"a/data/0": {"flags": 0x0849}}),
        "crc_pickle": saved(options={"a/data.pkl": {"crc": 1}}), "crc_storage": saved(options={"a/data/0": {"crc": 1}}),
        "local_name": saved(options={"a/data.pkl": {"local_name": "b/data.pkl"}}),
        "local_name_storage": saved(options={"a/data/0": {"local_name": "a/data/1"}}),
        "local_name_length": saved(options={"a/data/0": {"local_name": "a/data/00"}}),
        "local_size": saved(options={"a/data/0": {"flags": 0, "local_size": 7}}),
        "local_signature": saved(options={"a/data/0": {"signature": b"PK\x01\x02"}}),
        "local_extra_long": saved(options={"a/data/0": {"local_extra": b"FB" + struct.pack("<H", 64) + bytes(64)}}),
        "local_at_0": saved(options=at0), "local_at_end": saved(options={"a/data/0": {"at": 10**6}}),
        "local_at_big": saved(options={"a/data/0": {"at": big}}),
        "pickle_overlapped": saved(options={"a/data/0": {"at": 3}}),
        "size_beyond": saved(options={"a/data/0": {"size": 10**6}}), "size_short": saved(options={"a/data/0": {"size": 20}}),
        "size_zero": saved(options={"a/data/0": {"size": 0}}), "size_over_next": saved(options={"a/data/0": {"size": 60}}),
        "zip64_extra": saved(options={"a/data/0": {"size": big, "extra": extra64(24, 24)}}),
        "zip64_extra_lie": saved(options={"a/data/0": {"size": big, "extra": extra64(2**63, 2**63)}}),
        "zip64_extra_all": saved(options={"a/data/0": {"size": big, "at": big, "extra": extra64(24, 24, 2**64 - 1)}}),
        "zip64_extra_short": saved(options={"a/data/0": {"size": big, "extra": extra64(24)}}),
        "zip64_extra_missing": saved(options={"a/data/0": {"size": big}}),
        "zip64_extra_other": saved(options={"a/data/0": {"size": big, "extra": b"FB\xff\xff"}}),
        "zip64_extra_two_sizes": saved(options={"a/data/0": {"size": big, "extra": extra64(24, 25)}}),
        "zip64_record_lie": saved(record=0), "zip64_record_far": saved(record=2**63), "zip64_count": saved(count64=2**63),
        "zip64_count_few": saved(count64=1, count=0xffff), "zip64_size": saved(size64=2**63), "zip64_begin": saved(begin64=2**64 - 1),
        "zip64_disagrees": saved(begin=7), "zip64_missing": saved(zip64=False, count=0xffff), "disk": saved(disk=1),
        "count_many": saved(zip64=False, count=60000), "count_few": saved(zip64=False, count=2), "count_zero": saved(zip64=False, count=0),
        "directory_at_0": saved(zip64=False, begin=0), "directory_beyond": saved(zip64=False, begin=10**6),
        "directory_size": saved(zip64=False, size=10**6), "directory_gap": saved(zip64=False, after_directory=b"gap"),
        "comment": saved(comment=b"hello"), "comment_directory": good + good, "prefixed": b"#!/bin/sh\n" + good,
        "prefixed_inside": saved(before=b"PK\x03\x04#!/bin/sh\n"), "appended": good + b"\0" * 4,
        "byteorder_big": archive([("a/data.pkl", GOOD, {}), ("a/byteorder", b"big", {}), ("a/data/0", FLOATS, {})]),
        "byteorder_huge": archive([("a/data.pkl", GOOD, {}), ("a/byteorder", b"little" * 5000, {}), ("a/data/0", FLOATS, {})]),
        "version_new": archive([("a/data.pkl", GOOD, {}), ("a/version", b"99\n", {}), ("a/data/0", FLOATS, {})]),
        "version_text": archive([("a/data.pkl", GOOD, {}), ("a/version", b"new\n", {}), ("a/data/0", FLOATS, {})]),
        "version_long": archive([("a/data.pkl", GOOD, {}), ("a/version", b"9" * 5000, {}), ("a/data/0", FLOATS, {})]),
        "no_pickle": saved(skip=("a/data.pkl",)), "no_folder": archive([("data.pkl", GOOD, {}), ("data/0", FLOATS, {})]),
        "no_storage": saved(skip=("a/data/0",)),
        "many_entries": archive([(f"a/{i}", b"", {}) for i in range(1500)]),
        "legacy": b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", "git_lfs": b"version https://git-lfs.github.com/spec/v1\n",
        "web_page": b"\n<!DOCTYPE html><html></html>", "bare_pickle": GOOD, "tar": bytes(257) + b"ustar\x0000" + bytes(248),
    }
    return out


# ---- safetensors ----

def tensors_file(header, data=b"", size=None):
    raw = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(raw) if size is None else size) + raw + data


def safetensors():
    def one(**change):
        return {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]} | change}

    good = tensors_file({"__metadata__": {"format": "pt"}} | one(), FLOATS)
    types = [("F64", 8), ("BOOL", 1), ("U16", 2), ("F8_E4M3", 1), ("I64", 8), ("I32", 4), ("F16", 2), ("BF16", 2), ("I8", 1), ("U8", 1)]
    many, at = {}, 0
    for name, width in types:
        many[name] = {"dtype": name, "shape": [3], "data_offsets": [at, at + 3 * width]}
        at += 3 * width
    out = {"good": good, "good_types": tensors_file(many, bytes(at)), "good_padded": tensors_file(json.dumps(one()).encode() + b"   ", FLOATS),
           "good_empty": tensors_file({}), "good_scalar": tensors_file(one(shape=[], data_offsets=[0, 4]), FLOATS[:4]),
           "good_zero": tensors_file(one(shape=[0, 2**31 - 1, 2**31 - 1, 2**31 - 1], data_offsets=[0, 0])),
           "good_zeros": tensors_file({f"t{i}": {"dtype": "I8", "shape": [0], "data_offsets": [0, 0]} for i in range(2000)}),
           "good_scales": tensors_file({"q": {"dtype": "I8", "shape": [2, 2], "data_offsets": [0, 4]},
                                        "q.scale": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}, bytes(12))}
    for size in range(0, len(good), 3):
        out[f"truncated_{size:03}"] = good[:size]
    out |= {
        "header_huge": tensors_file(one(), FLOATS, 2**63), "header_100mb": tensors_file(one(), FLOATS, 100_000_000),
        "header_4gb": tensors_file(one(), FLOATS, 2**32), "header_short": tensors_file(one(), FLOATS, 20), "header_zero": tensors_file(b"", FLOATS),
        "header_array": tensors_file(b"[]"), "header_text": tensors_file(b'"a"'), "header_null": tensors_file(b"null"),
        "header_not_utf8": tensors_file(b'{"\xff":1}'), "header_two": tensors_file(b"{}{}"), "header_nan": tensors_file(b'{"a":NaN}'),
        "header_comment": tensors_file(b"{/**/}"), "header_bom": tensors_file(b"\xef\xbb\xbf{}"),
        "names_twice": tensors_file(b'{"a":{"dtype":"I8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"I8","shape":[0],"data_offsets":[0,0]}}'),
        "names_twice_escaped": tensors_file(b'{"a":{"dtype":"I8","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"I8","shape":[0],"data_offsets":[0,0]}}'),
        "fields_twice": tensors_file(b'{"a":{"dtype":"I8","dtype":"F32","shape":[0],"data_offsets":[0,0]}}'),
        "shape_twice": tensors_file(b'{"a":{"dtype":"I8","shape":[0],"shape":[1],"data_offsets":[0,0]}}'),
        "offsets_twice": tensors_file(b'{"a":{"dtype":"I8","shape":[0],"data_offsets":[0,0],"data_offsets":[0,0]}}'),
        "field_unknown": tensors_file(one(extra=1), FLOATS), "field_missing": tensors_file({"a": {"dtype": "F32", "shape": [2, 3]}}, FLOATS),
        "field_all_missing": tensors_file({"a": {}}), "entry_array": tensors_file({"a": []}), "entry_number": tensors_file({"a": 1}),
        "entry_nested": tensors_file({"a": {"dtype": {"F32": 1}, "shape": [2], "data_offsets": [0, 8]}}, FLOATS),
        "type_number": tensors_file(one(dtype=1), FLOATS), "type_unknown": tensors_file(one(dtype="F99"), FLOATS),
        "type_long": tensors_file(one(dtype="F" * 5000), FLOATS), "type_array": tensors_file(one(dtype=["F32"]), FLOATS),
        "shape_negative": tensors_file(one(shape=[-2, 3]), FLOATS), "shape_float": tensors_file(one(shape=[2.0, 3]), FLOATS),
        "shape_huge": tensors_file(one(shape=[2**31 - 1] * 3), FLOATS), "shape_big": tensors_file(one(shape=[2**64]), FLOATS),
        "shape_wraps": tensors_file(one(shape=[2**31 - 1, 2**31 - 1, 8, 4]), FLOATS), "shape_text": tensors_file(one(shape=["2", "3"]), FLOATS),
        "shape_nested": tensors_file(one(shape=[[2], 3]), FLOATS), "shape_object": tensors_file(one(shape={"0": 2}), FLOATS),
        "rank_8": tensors_file(one(shape=[1] * 6 + [2, 3]), FLOATS), "rank_9": tensors_file(one(shape=[1] * 7 + [2, 3]), FLOATS),
        "rank_5000": tensors_file(one(shape=[1] * 5000), FLOATS),
        "offsets_beyond": tensors_file(one(data_offsets=[0, 25]), FLOATS), "offsets_reversed": tensors_file(one(data_offsets=[24, 0]), FLOATS),
        "offsets_huge": tensors_file(one(data_offsets=[2**64 - 24, 2**64 - 1]), FLOATS), "offsets_three": tensors_file(one(data_offsets=[0, 24, 0]), FLOATS),
        "offsets_one": tensors_file(one(data_offsets=[24]), FLOATS), "offsets_negative": tensors_file(one(data_offsets=[-1, 23]), FLOATS),
        "overlap": tensors_file(one() | {"b": one()["a"]}, FLOATS), "hole": tensors_file(one(shape=[2], data_offsets=[16, 24]), FLOATS),
        "after": tensors_file(one(), FLOATS + b"x"), "name_long": tensors_file({"n" * 50000: one()["a"]}, FLOATS),
        "name_empty": tensors_file({"": one()["a"]}, FLOATS), "name_control": tensors_file({"\n\0": one()["a"]}, FLOATS),
        "metadata_text": tensors_file({"__metadata__": "x"} | one(), FLOATS), "metadata_deep": tensors_file(b'{"__metadata__":' + b"[" * 40000 + b"]" * 40000 + b"}"),
        "metadata_large": tensors_file({"__metadata__": {"k": "v" * 60000}} | one(), FLOATS),
        "metadata_many": tensors_file({"__metadata__": {str(i): "v" for i in range(5000)}} | one(), FLOATS),
        "deep_array": tensors_file(b'{"a":' + b"[" * 50000), "deep_object": tensors_file(b'{"a":' * 10000),
        "tensors_too_many": tensors_file({f"{i}": {"dtype": "I8", "shape": [0], "data_offsets": [0, 0]} for i in range(16400)}),
        "torch_zip": saved(), "git_lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n",
        "web_page": b"<html><body>Not found</body></html>",
    }
    return out


def main():
    data = pickles()
    for target, files in (("pickle", data), ("torch_file", zips(data)), ("safetensors", safetensors())):
        for name, content in files.items():
            write(target, name, content)
        print(target, len(files), "files,", sum(map(len, files.values())), "bytes")


main()
