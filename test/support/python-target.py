"""An independent gNMI implementation: Google's protobuf and gRPC for Python, and messages made from the published .proto.

  serve      a target on a free port of 127.0.0.1; prints the port; ends with its standard input
  messages   every message with each of its fields set: "name hex" a line
  compare    reads "name hex" lines of the same messages, says which are not equal to its own
"""

import json
import sys
from concurrent import futures

import grpc
from gnmi_pb import gnmi_ext_pb2, gnmi_pb2, gnmi_pb2_grpc
from google.protobuf import any_pb2
from google.protobuf.json_format import MessageToDict

SECOND = 1_000_000_000
NOON = 1_795_262_400 * SECOND


def path(*elems, origin="", target=""):
    """Elements are names, or (name, {key: value})."""
    parts = [part if isinstance(part, tuple) else (part, {}) for part in elems]
    return gnmi_pb2.Path(
        origin=origin,
        target=target,
        elem=[gnmi_pb2.PathElem(name=name, key=keys) for name, keys in parts],
    )


def update(where, duplicates=0, **value):
    val = gnmi_pb2.TypedValue(**value) if value else None
    return gnmi_pb2.Update(path=where, val=val, duplicates=duplicates)


def notify(*updates, second=0, prefix=None, delete=(), atomic=False):
    return gnmi_pb2.SubscribeResponse(
        update=gnmi_pb2.Notification(
            timestamp=NOON + second * SECOND,
            prefix=prefix,
            update=updates,
            delete=delete,
            atomic=atomic,
        )
    )


SYNC = gnmi_pb2.SubscribeResponse(sync_response=True)


def values(_context, _request):
    scalars = gnmi_pb2.ScalarArray(
        element=[gnmi_pb2.TypedValue(string_val="a"), gnmi_pb2.TypedValue(uint_val=2**64 - 1)]
    )
    container = {
        "openconfig-interfaces:interface": [
            {"name": "Ethernet1/1", "state": {"counters": {"in-octets": "18446744073709551615"}}},
            {"name": "a]b", "state": {"mtu": 9216, "enabled": True, "tags": ["x", "y"]}},
        ]
    }
    legacy = gnmi_pb2.Update(
        path=path("legacy"), value=gnmi_pb2.Value(type=gnmi_pb2.JSON, value=b"9007199254740993")
    )
    yield notify(
        update(path("string"), string_val="Zürich ✓"),
        update(path("int"), int_val=-(2**63)),
        update(path("uint"), uint_val=2**64 - 1),
        update(path("exact"), uint_val=2**53 + 1),
        update(path("bool"), bool_val=False),
        update(path("bytes"), bytes_val=b"\x00\xff"),
        update(path("float"), float_val=0.5),
        update(path("decimal"), decimal_val=gnmi_pb2.Decimal64(digits=-1234, precision=2)),
        update(path("leaflist"), leaflist_val=scalars),
        update(path("any"), any_val=any_pb2.Any(type_url="x", value=b"y")),
        update(path("json"), json_val=b'{"deep": {"number": 9007199254740993, "text": "UP"}}'),
        update(path("ietf"), json_ietf_val=json.dumps(container).encode()),
        update(path("ascii"), ascii_val="show version"),
        update(path("proto"), proto_bytes=b"\x08\x01"),
        update(path("double"), double_val=-1e300),
        update(path("unset")),
        legacy,
        prefix=path("values"),
    )
    yield SYNC


def counters(_context, _request):
    columns = {
        "in-octets": [2**53, 2**53 + 1, 2**53 + 3],
        "out-octets": [2**64 - 10, 2**64 - 1, 4],
        "in-pkts": [2**32 - 6, 2**32 - 1, 9],
        "out-pkts": [1000, 7, 8],
    }
    for second in range(3):
        yield notify(
            *[update(path(name), uint_val=column[second]) for name, column in columns.items()],
            second=second * 10,
            prefix=path("interfaces", ("interface", {"name": "Ethernet1/1"}), "state", "counters"),
        )
        if second == 0:
            yield SYNC


def paths(_context, _request):
    awkward = ["Ethernet1/1", "a]b", "a[b", "back\\slash", "k=v", "Zürich ✓", "", "fe80::1"]
    for name in awkward:
        yield notify(update(path(("interface", {"name": name}), "mtu"), uint_val=1))
    yield notify(update(path(("x", {"b": "2", "a": "1"}), "mtu"), uint_val=1))
    yield notify(update(path("mtu"), uint_val=1), prefix=path("x", origin="vendor", target="leaf-01"))
    yield notify(update(path("x", "mtu", origin="vendor"), uint_val=2))
    yield notify(update(path("openconfig-system:system", "mtu"), uint_val=1))
    yield notify(update(gnmi_pb2.Path(element=["old", "mtu"]), uint_val=1))
    yield SYNC


def changes(_context, _request):
    port = path("port", origin="openconfig")
    yield notify(
        update(path("name"), string_val="e1"),
        update(path("counters", "in-octets"), uint_val=10),
        update(path("counters", "in-pkts"), uint_val=10),
        prefix=port,
    )
    yield SYNC
    # Deletes come first, whatever their place in the message.
    yield notify(
        update(path("counters", "in-octets"), uint_val=20),
        delete=[path("counters")],
        prefix=port,
        second=1,
    )
    yield notify(update(path("counters", "in-octets"), duplicates=3, uint_val=25), prefix=port, second=2)
    # One path twice: the last wins.
    yield notify(
        update(path("counters", "in-octets"), uint_val=26),
        update(path("counters", "in-octets"), uint_val=27),
        prefix=port,
        second=3,
    )
    yield notify(
        update(path("in-pkts"), uint_val=1),
        prefix=path("port", "counters"),
        atomic=True,
        second=4,
    )
    yield notify(update(path("counters", "in-octets"), uint_val=30), prefix=port, second=5)
    yield notify(update(path("counters", "in-pkts"), uint_val=3), prefix=port, second=5)
    yield notify(update(path("name"), string_val="e1"), prefix=port, second=6)


def scalars(_context, _request):
    """Edges of each kind, and what is no value at all."""
    def scalar(**value):
        return gnmi_pb2.TypedValue(**value)

    def array(*elements):
        return gnmi_pb2.ScalarArray(element=elements)

    yield notify(
        update(path("empty-string"), string_val=""),
        update(path("control"), string_val="a\x00b\r\n"),
        update(path("int-zero"), int_val=0),
        update(path("int-most"), int_val=2**63 - 1),
        update(path("uint-zero"), uint_val=0),
        update(path("true"), bool_val=True),
        update(path("no-bytes"), bytes_val=b""),
        update(path("whole-decimal"), decimal_val=gnmi_pb2.Decimal64(digits=2**53 + 1, precision=0)),
        update(path("fine-decimal"), decimal_val=gnmi_pb2.Decimal64(digits=-1, precision=18)),
        update(path("too-fine"), decimal_val=gnmi_pb2.Decimal64(digits=1, precision=19)),
        update(path("tiny"), double_val=5e-324),
        update(path("infinite"), double_val=float("inf")),
        update(path("nan"), float_val=float("nan")),
        update(path("no-items"), leaflist_val=array()),
        update(
            path("items"),
            leaflist_val=array(
                scalar(bool_val=True),
                scalar(int_val=-(2**63)),
                scalar(decimal_val=gnmi_pb2.Decimal64(digits=15, precision=1)),
                scalar(bytes_val=b"\xff"),
                scalar(json_ietf_val=b'"18446744073709551615"'),
            ),
        ),
        update(path("nested"), leaflist_val=array(scalar(leaflist_val=array()))),
        prefix=path("scalars"),
    )
    yield SYNC


def json_values(_context, _request):
    names = ["Ethernet1/1", "a]b", "back\\slash", "k=v", "Zürich ✓", ""]
    entries = [{"name": name, "state": {"mtu": 1}} for name in names]
    texts = {
        "number": b"9007199254740993",
        "in-octets": b'"18446744073709551615"',
        "offset": b'"-9223372036854775808"',
        "delay": b'"-12.340"',
        "quoted": b'"18446744073709551615"',
        "peer-group": b'"1.10"',
        "version": b"1.10",
        "exponent": b"1e3",
        "boolean": b"false",
        "text": '"Zürich ✓"'.encode(),
        "padded": b'"007"',
        "present": b"[null]",
        "absent": b"null",
        "list": b'["a", 1, true]',
        "module": b'{"openconfig-if-ethernet:ethernet": {"port-speed": "openconfig-if-ethernet:SPEED_10GB"}}',
        "two-keys": b'{"protocol": [{"identifier": "BGP", "name": "b]g", "state": {"enabled": true}}]}',
        "keyless": b'{"entry": [{"state": {"x": 1}}]}',
        "broken": b'{"a": ',
        "not-utf8": b'"\xff"',
        "interfaces": json.dumps({"interface": entries}, ensure_ascii=False).encode(),
    }
    yield notify(
        *[update(path(name), json_ietf_val=text) for name, text in texts.items()],
        prefix=path("json-values"),
    )
    yield SYNC


def legacy(_context, _request):
    """As targets before gNMI 0.4 wrote: Update.value, Path.element."""
    samples = {
        gnmi_pb2.JSON: b'{"deep": "18446744073709551615"}',
        gnmi_pb2.JSON_IETF: b'"9007199254740993"',
        gnmi_pb2.BYTES: b"\x00\xff",
        gnmi_pb2.ASCII: "Zürich".encode(),
        gnmi_pb2.PROTO: b"\x08\x01",
    }
    updates = [
        gnmi_pb2.Update(
            path=gnmi_pb2.Path(element=[gnmi_pb2.Encoding.Name(kind)]),
            value=gnmi_pb2.Value(type=kind, value=value),
        )
        for kind, value in samples.items()
    ]
    # Both set: the new field counts.
    both = gnmi_pb2.Update(
        path=gnmi_pb2.Path(element=["both"]),
        value=gnmi_pb2.Value(type=gnmi_pb2.JSON, value=b"1"),
        val=gnmi_pb2.TypedValue(uint_val=2),
    )
    yield notify(*updates, both, prefix=gnmi_pb2.Path(element=["legacy"]))
    yield SYNC


def other_counters(_context, _request):
    """The same steps in every kind that can carry an integer."""
    steps = [2**53, 2**53 + 1, 2**53 + 3]
    wraps = [2**64 - 10, 2**64 - 1, 4]
    kinds = {
        "int": ("int_val", lambda value: value),
        "decimal": ("decimal_val", lambda value: gnmi_pb2.Decimal64(digits=value, precision=0)),
        "json": ("json_val", lambda value: str(value).encode()),
        "ietf": ("json_ietf_val", lambda value: json.dumps(str(value)).encode()),
    }
    for second in range(3):
        updates = [
            update(path((kind, {}), "in-octets"), **{field: value_of(steps[second])})
            for kind, (field, value_of) in kinds.items()
        ]
        wrapping = update(
            path("wrapping", "in-octets"), json_ietf_val=json.dumps(str(wraps[second])).encode()
        )
        # Prefix and path may be cut anywhere; it stays one series.
        whole = ["other-counters", "cut", "state", "out-octets"]
        cut = gnmi_pb2.SubscribeResponse(
            update=gnmi_pb2.Notification(
                timestamp=NOON + second * 10 * SECOND,
                prefix=path(*whole[:second]) if second > 0 else None,
                update=[update(path(*whole[second:]), uint_val=steps[second])],
            )
        )
        yield notify(*updates, wrapping, second=second * 10, prefix=path("other-counters"))
        yield cut
        if second == 0:
            yield SYNC


def deletes(_context, _request):
    names = ["Ethernet1/1", "a]b", "back\\slash", "Zürich ✓", "eth4", "eth5", "eth6", "eth7"]

    def port(name, *below):
        return path("ports", ("port", {"name": name}), *below)

    yield notify(
        *[update(port(name, "state", leaf), uint_val=1) for name in names for leaf in ("mtu", "in-octets")]
    )
    yield SYNC
    # One leaf; a list entry; the same through the prefix; by a wildcard under an origin; all that is under the prefix.
    yield notify(second=1, delete=[port("Ethernet1/1", "state", "mtu")])
    yield notify(second=2, delete=[port("a]b"), port("back\\slash")])
    yield notify(second=3, prefix=path("ports"), delete=[path(("port", {"name": "Zürich ✓"}), "state")])
    yield notify(
        second=4,
        delete=[path("ports", ("port", {"name": "*"}), "state", "in-octets", origin="openconfig")],
        prefix=path(target="leaf-01"),
    )
    yield notify(second=5, prefix=port("eth4", "state"), delete=[path()])
    yield notify(
        update(path("in-octets"), uint_val=7), prefix=port("eth5", "state"), atomic=True, second=6
    )
    # Nothing is there any more, and nothing ever was.
    yield notify(second=7, delete=[port("eth4"), path("nowhere")])


def failing(_context, _request):
    yield notify(update(path("failing"), uint_val=1))
    yield gnmi_pb2.SubscribeResponse(error=gnmi_pb2.Error(code=13, message="line card 3 is on fire"))


def extended(_context, _request):
    """A header in a registered extension, as Junos sends it; alone, too. A sync_response of false says nothing."""
    header = gnmi_ext_pb2.Extension(
        registered_ext=gnmi_ext_pb2.RegisteredExtension(id=1, msg=b"\x0a\x04re0")
    )
    yield gnmi_pb2.SubscribeResponse(extension=[header])
    yield gnmi_pb2.SubscribeResponse(sync_response=False)
    response = notify(update(path("extended"), uint_val=1))
    response.extension.append(header)
    yield response
    yield SYNC


def echo(context, request):
    metadata = {name: value for name, value in context.invocation_metadata()}
    heard = {
        "request": MessageToDict(request, preserving_proto_field_name=True),
        "login": [metadata.get("username"), metadata.get("password")],
    }
    yield notify(update(path("echo"), string_val=json.dumps(heard)))
    yield SYNC


SCENARIOS = {
    "values": values,
    "counters": counters,
    "paths": paths,
    "changes": changes,
    "scalars": scalars,
    "json-values": json_values,
    "legacy": legacy,
    "other-counters": other_counters,
    "deletes": deletes,
    "failing": failing,
    "extended": extended,
    "echo": echo,
}


class Target(gnmi_pb2_grpc.gNMIServicer):
    def Capabilities(self, request, context):
        return gnmi_pb2.CapabilityResponse(
            gNMI_version="0.10.0",
            supported_encodings=[gnmi_pb2.JSON_IETF, gnmi_pb2.PROTO],
            supported_models=[gnmi_pb2.ModelData(name="openconfig-interfaces")],
        )

    def Subscribe(self, requests, context):
        request = next(requests)
        name = request.subscribe.subscription[0].path.elem[0].name
        if name not in SCENARIOS:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"there is no /{name} here")
        yield from SCENARIOS[name](context, request)
        # A STREAM stays open until the client ends it.
        for _ in requests:
            pass


def serve():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    gnmi_pb2_grpc.add_gNMIServicer_to_server(Target(), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(grace=None)


# Messages of later extensions, which Nocturne carries without reading.
UNREAD = {"Commit", "CommitRequest", "CommitConfirm", "CommitCancel", "CommitSetRollbackDuration"}


def sample_of(field, depth):
    kinds = {
        field.CPPTYPE_STRING: lambda: b"\x00\xff" if field.type == field.TYPE_BYTES else "é/]",
        field.CPPTYPE_INT64: lambda: -(2**62) - 1,
        field.CPPTYPE_UINT64: lambda: 2**64 - 1,
        field.CPPTYPE_INT32: lambda: -7,
        field.CPPTYPE_UINT32: lambda: 2**32 - 1,
        field.CPPTYPE_BOOL: lambda: True,
        field.CPPTYPE_FLOAT: lambda: 0.5,
        field.CPPTYPE_DOUBLE: lambda: -1e300,
        field.CPPTYPE_ENUM: lambda: field.enum_type.values[-1].number,
        field.CPPTYPE_MESSAGE: lambda: filled(field.message_type, depth - 1),
    }
    return kinds[field.cpp_type]()


def put(message, field, depth):
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        getattr(message, field.name)["k]"] = "v/\\"
    elif field.is_repeated:
        getattr(message, field.name).extend([sample_of(field, depth), sample_of(field, depth)])
    elif field.cpp_type == field.CPPTYPE_MESSAGE:
        getattr(message, field.name).CopyFrom(sample_of(field, depth))
    else:
        setattr(message, field.name, sample_of(field, depth))


def fields_of(descriptor, depth):
    nested = descriptor.fields if depth > 0 else [f for f in descriptor.fields if f.message_type is None]
    return [f for f in nested if f.message_type is None or f.message_type.name not in UNREAD]


def class_of(descriptor):
    if descriptor.full_name == "google.protobuf.Any":
        return any_pb2.Any
    module = gnmi_pb2 if descriptor.file.package == "gnmi" else gnmi_ext_pb2
    return getattr(module, descriptor.name)


def filled(descriptor, depth):
    message = class_of(descriptor)()
    for field in fields_of(descriptor, depth):
        put(message, field, depth)
    return message


def every_message():
    """Each message with each field alone (so that every arm of a oneof is there), and with all of them."""
    for module in (gnmi_pb2, gnmi_ext_pb2):
        for descriptor in module.DESCRIPTOR.message_types_by_name.values():
            if descriptor.name in UNREAD:
                continue
            for field in fields_of(descriptor, 3):
                message = class_of(descriptor)()
                put(message, field, 3)
                yield f"{descriptor.full_name} {field.name}", message
            yield f"{descriptor.full_name} *", filled(descriptor, 3)


def messages():
    for name, message in every_message():
        print(name, message.SerializeToString(deterministic=True).hex())


def compare():
    own = dict(every_message())
    for line in sys.stdin:
        kind, field, *encoded = line.split()
        expected = own.pop(f"{kind} {field}")
        message = type(expected).FromString(bytes.fromhex(encoded[0] if encoded else ""))
        if message != expected:
            print(f"{kind} {field} differs")
    for name in own:
        print(f"{name} is missing")


if __name__ == "__main__":
    {"serve": serve, "messages": messages, "compare": compare}[sys.argv[1]]()
