"""Writes the golden messages of src/remote/weaviate/wire_test.cpp with the classes of Weaviate's own Python client.

    pip install weaviate-client==4.23.1 && python3 make.py
"""
import struct
from pathlib import Path

from weaviate.proto.v1 import aggregate_pb2, base_pb2, base_search_pb2, batch_delete_pb2, batch_pb2, properties_pb2, search_get_pb2

FOLDER = Path(__file__).parent
ID = "00000000-0000-8001-8002-0000000000ff"
VECTOR = struct.pack("<3f", 0.5, -0.25, 2.0)


def write(name, message):
    (FOLDER / f"{name}.bin").write_bytes(message.SerializeToString(deterministic=True))


def on(name):
    return base_pb2.FilterTarget(property=name)


F = base_pb2.Filters
condition = F(operator=F.OPERATOR_AND, filters=[
    F(operator=F.OPERATOR_EQUAL, value_text="=a", target=on("path")),
    F(operator=F.OPERATOR_GREATER_THAN_EQUAL, value_int=7, target=on("number")),
    F(operator=F.OPERATOR_LESS_THAN, value_number=0.5, target=on("loudness")),
    F(operator=F.OPERATOR_NOT, filters=[F(operator=F.OPERATOR_LIKE, value_text="*x", target=on("tempo"))]),
    F(operator=F.OPERATOR_CONTAINS_ANY, value_text_array=base_pb2.TextArray(values=["x", "y"]), target=on("tags")),
    F(operator=F.OPERATOR_CONTAINS_ANY, value_int_array=base_pb2.IntArray(values=[1, 2]), target=on("number")),
])
single = base_pb2.Vectors.VECTOR_TYPE_SINGLE_FP32

write("search_request", search_get_pb2.SearchRequest(
    collection="Songs", consistency_level=base_pb2.CONSISTENCY_LEVEL_ONE,
    properties=search_get_pb2.PropertiesRequest(non_ref_properties=["path", "number"]),
    metadata=search_get_pb2.MetadataRequest(uuid=True, vector=True, distance=True, vectors=["mean"]),
    limit=5, filters=condition, uses_127_api=True,
    near_vector=base_search_pb2.NearVector(
        targets=base_search_pb2.Targets(target_vectors=["mean"]),
        vectors=[base_pb2.Vectors(vector_bytes=VECTOR, type=single)])))

write("walk_request", search_get_pb2.SearchRequest(
    collection="Songs", consistency_level=base_pb2.CONSISTENCY_LEVEL_ONE, properties=search_get_pb2.PropertiesRequest(),
    metadata=search_get_pb2.MetadataRequest(uuid=True), limit=30, after="00000000-0000-0000-0000-000000000000",
    uses_127_api=True))

P = properties_pb2
fields = {
    "path": P.Value(text_value="=käse"), "number": P.Value(int_value=42), "loudness": P.Value(number_value=-3.5),
    "measured": P.Value(bool_value=True), "tempo": P.Value(null_value=0),
    "tags": P.Value(list_value=P.ListValue(text_values=P.TextValues(values=["x", "y"]))),
    "starts": P.Value(list_value=P.ListValue(number_values=P.NumberValues(values=struct.pack("<2d", 0, 2.5)))),
    "whole": P.Value(list_value=P.ListValue(int_values=P.IntValues(values=struct.pack("<2q", 3, -4)))),
}
result = search_get_pb2.SearchResult(
    properties=search_get_pb2.PropertiesResult(target_collection="Songs", non_ref_props=P.Properties(fields=fields)),
    metadata=search_get_pb2.MetadataResult(
        id=ID, id_as_bytes=bytes.fromhex(ID.replace("-", "")).lstrip(b"\0"), distance=-0.75, distance_present=True,
        vector_bytes=VECTOR, vectors=[base_pb2.Vectors(name="mean", vector_bytes=VECTOR, type=single)]))
write("search_reply", search_get_pb2.SearchReply(took=0.5, results=[result]))

B = batch_pb2.BatchObject
properties = B.Properties(
    number_array_properties=[base_pb2.NumberArrayProperties(prop_name="starts", values_bytes=struct.pack("<2d", 0, 2.5))],
    text_array_properties=[base_pb2.TextArrayProperties(prop_name="tags", values=["x", "y"])],
    empty_list_props=["none"])
properties.non_ref_properties.update({"path": "=a"})
write("put_request", batch_pb2.BatchObjectsRequest(
    objects=[
        B(uuid=ID, properties=properties, collection="Songs", vector_bytes=VECTOR),
        B(uuid=ID, collection="Songs",
          vectors=[base_pb2.Vectors(name="mean", vector_bytes=VECTOR, type=single)])],
    consistency_level=base_pb2.CONSISTENCY_LEVEL_QUORUM))
E = batch_pb2.BatchObjectsReply.BatchError
write("put_reply", batch_pb2.BatchObjectsReply(took=1, errors=[E(error="first"), E(index=3, error="fourth")]))
write("erase_request", batch_delete_pb2.BatchDeleteRequest(
    collection="Songs", filters=condition, consistency_level=base_pb2.CONSISTENCY_LEVEL_QUORUM))
write("erase_reply", batch_delete_pb2.BatchDeleteReply(took=1, failed=1, matches=9, successful=8))
write("count_request", aggregate_pb2.AggregateRequest(collection="Songs", objects_count=True, filters=condition))
write("count_reply", aggregate_pb2.AggregateReply(
    took=1, single_result=aggregate_pb2.AggregateReply.Single(objects_count=123456)))
