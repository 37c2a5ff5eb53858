from contextlib import closing
