#!/usr/bin/env python3
"""Decodes images to 224 x 224 RGB into one numpy array with Pillow on several processes, to compare the tensor cache with.

Usage: pillow_cache.py LIST OUTPUT WORKERS plain|draft

LIST has a path a line. plain is what most people write; draft lets libjpeg shrink while it decodes. Prints the seconds from
the first image to the last; the start of Python and of its processes is not counted.
"""
import sys
import time
from multiprocessing import Pool

import numpy as np
from PIL import Image

SIZE = 224
target = None
draft = False


def begin(output, shrink):
    global target, draft
    target = np.load(output, mmap_mode="r+")
    draft = shrink


def decode(job):
    row, path = job
    with Image.open(path) as image:
        if draft:
            image.draft("RGB", (2 * SIZE, 2 * SIZE))
        target[row] = np.asarray(image.convert("RGB").resize((SIZE, SIZE), Image.BILINEAR))
    return row


def main():
    listing, output, workers, kind = sys.argv[1:]
    with open(listing, encoding="utf-8") as lines:
        paths = lines.read().splitlines()
    np.lib.format.open_memmap(output, mode="w+", dtype=np.uint8, shape=(len(paths), SIZE, SIZE, 3)).flush()
    with Pool(int(workers), initializer=begin, initargs=(output, kind == "draft")) as pool:
        pool.map(abs, range(int(workers)))
        start = time.perf_counter()
        for _ in pool.imap_unordered(decode, enumerate(paths), chunksize=8):
            pass
        print(time.perf_counter() - start)


if __name__ == "__main__":
    main()
