"""The columns of a partition, and how rows become parquet bytes."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .rows import TOKENS, Row

SCHEMA: Final = pa.schema(
    [
        ("persona_id", pa.int32()),
        ("household_id", pa.int32()),
        ("family", pa.string()),
        ("split", pa.string()),
        ("session", pa.int16()),
        ("minute", pa.int32()),
        ("situation", pa.int32()),
        ("kind", pa.string()),
        ("tokens", pa.list_(pa.uint16(), TOKENS)),
        ("offered", pa.bool_()),
        ("channel", pa.string()),
        ("level", pa.int8()),
        ("length", pa.string()),
        ("tone", pa.string()),
        ("with_reason", pa.bool_()),
        ("outcome", pa.string()),
        ("delay_min", pa.float32()),
        ("later_min", pa.float32()),
        ("rated_content", pa.int8()),
        ("rated_moment", pa.int8()),
        ("rated_noticed_phone", pa.int8()),
        ("rated_noticed_speaker", pa.int8()),
        ("rated_noticed_dashboard", pa.int8()),
        ("rated_level", pa.int8()),
        ("rated_length", pa.int8()),
        ("rated_tone", pa.int8()),
        ("rated_reason", pa.int8()),
        ("truth_content", pa.float32()),
        ("truth_moment", pa.float32()),
        ("truth_noticed_phone", pa.float32()),
        ("truth_noticed_speaker", pa.float32()),
        ("truth_noticed_dashboard", pa.float32()),
        ("truth_level", pa.int8()),
        ("truth_length", pa.float32()),
        ("truth_tone", pa.float32()),
        ("truth_reason", pa.float32()),
        ("truth_need", pa.bool_()),
        ("truth_utility", pa.float32()),
    ]
)
"""`rated_*` may be trained on (-1: not rated); `truth_*` is for evaluation alone."""


def batch(rows: Iterable[Row]) -> pa.RecordBatch:
    """Return rows as one record batch of SCHEMA."""
    listed = list(rows)
    arrays: list[pa.Array] = []
    for field in SCHEMA:
        if field.name == "tokens":
            flat = np.array([row["tokens"] for row in listed], dtype=np.uint16).reshape(-1)
            arrays.append(pa.FixedSizeListArray.from_arrays(pa.array(flat), TOKENS))
        else:
            arrays.append(pa.array([row[field.name] for row in listed], type=field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def parquet_bytes(batches: list[pa.RecordBatch], identity: dict[str, str]) -> bytes:
    """Return a parquet file that carries who made it; equal rows give equal bytes."""
    schema = SCHEMA.with_metadata(identity)
    table = pa.Table.from_batches(batches, schema=SCHEMA).combine_chunks().replace_schema_metadata(schema.metadata)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=1 << 16)
    return sink.getvalue().to_pybytes()
