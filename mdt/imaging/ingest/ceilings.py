"""How much one file may ask for; beyond it a file is refused before any decoder sees it."""

DEPTH = 32
ITEMS = 150_000
ELEMENTS = 400_000
FRAGMENTS = 100_000
FRAMES = 20_000
VALUE_BYTES = 16 << 20
"""One value of the header; pixel data have a ceiling of their own."""
FRAME_BYTES = 128 << 20
"""One decoded frame."""
INFLATED_RATIO = 100
INFLATED_FLOOR_BYTES = 4 << 20
"""Below this a high ratio is harmless: empty pictures deflate well."""
INFLATED_BYTES = 2 << 30
DEFLATED_FILE_BYTES = 512 << 20
"""A deflated data set is inflated in memory, inside a child of 1 GiB."""
ARCHIVE_FILES = 5_000
RECORD_BYTES = 1 << 20
"""The child's answer for one file."""
BULK_BYTES = 1024
"""Binary values longer than this are named in the JSON, not copied into it."""
FILES_PER_CHILD = 64
CHILD_CPU_S = 15
CHILD_WALL_S = 20
CHILD_MEMORY_BYTES = 1 << 30
CHILD_OPEN_FILES = 64
