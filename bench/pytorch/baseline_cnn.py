#!/usr/bin/env python3
"""The reference network and its training loop in plain PyTorch, to compare this project's loop with.

Usage: baseline_cnn.py FOLDER DEVICE THREADS

FOLDER holds pixels.npy, uint8 [N, S, S, C], and labels.npy, uint8 [N]. Commands come one a line, answers go one a line:

  epoch LAYOUT BATCH       trains an epoch; prints the seconds and the mean loss
  steps LAYOUT BATCH COUNT trains on random images in memory; prints the images per second

LAYOUT is nchw, as most programs are written, or channels_last. Both get their best case: on the CPU every batch lies ready in
memory as floats in the right layout; on a GPU the whole set lies there as bytes. Reading files is not part of it.
"""
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Network(nn.Module):
    """Two blocks of two unpadded 3x3 convolutions with 10 filters and a max pooling, then one dense unit."""

    def __init__(self, channels, size):
        super().__init__()
        side = ((size - 4) // 2 - 4) // 2
        self.conv1 = nn.Conv2d(channels, 10, 3)
        self.conv2 = nn.Conv2d(10, 10, 3)
        self.conv3 = nn.Conv2d(10, 10, 3)
        self.conv4 = nn.Conv2d(10, 10, 3)
        self.dense = nn.Linear(10 * side * side, 1)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2)
        x = F.max_pool2d(F.relu(self.conv4(F.relu(self.conv3(x)))), 2)
        return self.dense(x.flatten(1)).squeeze(1)


class Bench:
    def __init__(self, folder, device):
        self.device = torch.device(device)
        self.pixels = np.load(f"{folder}/pixels.npy", mmap_mode="r")
        self.labels = torch.from_numpy(np.load(f"{folder}/labels.npy")).float().to(self.device)
        self.resident = None
        self.batches = {}

    def train(self, layout, batches):
        """Trains a fresh network on batches; gives the seconds and the mean loss of the steps."""
        torch.manual_seed(42)
        size, channels = self.pixels.shape[1], self.pixels.shape[3]
        network = Network(channels, size).to(self.device)
        if layout == "channels_last":
            network = network.to(memory_format=torch.channels_last)
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7)
        network.train()
        losses = []
        self.wait()
        start = time.perf_counter()
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.binary_cross_entropy_with_logits(network(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        mean = float(torch.stack(losses).mean())
        self.wait()
        return time.perf_counter() - start, mean

    def epoch(self, layout, size):
        order = torch.randperm(len(self.pixels), generator=torch.Generator().manual_seed(42))
        if self.device.type == "cpu":
            if (layout, size) not in self.batches:
                self.batches[layout, size] = [self.floats(torch.from_numpy(self.pixels[np.sort(rows)]), self.labels[np.sort(rows)], layout)
                                              for rows in np.split(order.numpy(), range(size, len(order), size))]
            return self.train(layout, self.batches[layout, size])
        if self.resident is None:
            self.resident = torch.from_numpy(np.ascontiguousarray(self.pixels)).to(self.device)
        order = order.to(self.device)
        parts = (order[i:i + size] for i in range(0, len(order), size))
        return self.train(layout, (self.floats(self.resident[rows], self.labels[rows], layout) for rows in parts))

    def steps(self, layout, size, count):
        side, channels = self.pixels.shape[1], self.pixels.shape[3]
        x = torch.randint(0, 256, (size, side, side, channels), dtype=torch.uint8, device=self.device)
        batch = self.floats(x, torch.randint(0, 2, (size,), device=self.device).float(), layout)
        self.train(layout, [batch] * 3)
        return count * size / self.train(layout, [batch] * count)[0]

    def wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    @staticmethod
    def floats(pixels, labels, layout):
        x = pixels.permute(0, 3, 1, 2).float().div_(255)
        return x.contiguous(memory_format=torch.channels_last if layout == "channels_last" else torch.contiguous_format), labels


def main():
    folder, device, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.backends.cudnn.benchmark = True
    bench = Bench(folder, device)
    print(f"PyTorch {torch.__version__}, {device}, {torch.get_num_threads()} threads", flush=True)
    for line in sys.stdin:
        command, layout, *numbers = line.split()
        numbers = [int(n) for n in numbers]
        if command == "epoch":
            print(*bench.epoch(layout, *numbers), flush=True)
        elif command == "steps":
            print(bench.steps(layout, *numbers), flush=True)


main()
