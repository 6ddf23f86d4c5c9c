"""The same training step as step.worker.ts in PyTorch on one thread: plain and, where Opacus is there, DP-SGD with its
ghost clipping. Reads the job as JSON on stdin, prints seconds."""

import json
import sys
import time
import warnings

import torch
from torch import nn

try:
    from opacus.grad_sample import GradSampleModuleFastGradientClipping
    from opacus.optimizers import DPOptimizerFastGradientClipping
    from opacus.utils.fast_gradient_clipping_utils import DPTensorFastGradientClipping
except ImportError:
    GradSampleModuleFastGradientClipping = None

warnings.filterwarnings("ignore")
job = json.load(sys.stdin)
torch.set_num_threads(1)
torch.manual_seed(0)
widths, hidden, latent, batch = job["widths"], job["hidden"], job["latent"], job["batch"]
width, rows = sum(widths), 10_000
offsets = torch.tensor([sum(widths[:i]) for i in range(len(widths))])
tokens = torch.stack([torch.randint(0, w, (rows,)) for w in widths], 1) + offsets
members = torch.zeros(width, len(widths))
for block, (offset, w) in enumerate(zip(offsets.tolist(), widths)):
    members[offset : offset + w, block] = 1


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.mean, self.spread = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, width)
        )

    def forward(self, inputs):
        features = self.encoder(inputs)
        mean, log_variance = self.mean(features), self.spread(features).clamp(-12, 4)
        spread = torch.exp(log_variance / 2)
        return self.decoder(mean + spread * torch.randn(inputs.shape[0], latent)), mean, spread, log_variance


def row_losses(net, inputs):
    """Loss of each row."""
    logits, mean, spread, log_variance = net(inputs)
    weights = torch.softmax(logits, 1)
    sums = weights @ members + 1e-30
    hits = (weights / (sums @ members.T) * inputs) @ members
    divergence = (mean**2 + spread**2 - log_variance - 1).sum(1) / 2
    return -torch.log(hits + 1e-30).sum(1) + 0.5 * divergence


def one_hot(rows_now):
    return torch.zeros(len(rows_now), width).scatter_(1, tokens[rows_now], 1.0)


def timed(step, parameters):
    average = [p.detach().clone() for p in parameters]
    seconds = []
    for _ in range(job["steps"]):
        start = time.perf_counter()
        step()
        with torch.no_grad():
            torch._foreach_lerp_(average, parameters, 0.001)
        seconds.append(time.perf_counter() - start)
    return seconds


def plain():
    net = Vae()
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)

    def step():
        loss = row_losses(net, one_hot(torch.randint(0, rows, (batch,)))).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    return timed(step, list(net.parameters()))


def private():
    net = GradSampleModuleFastGradientClipping(Vae(), max_grad_norm=1.0, use_ghost_clipping=True)
    optimiser = DPOptimizerFastGradientClipping(
        torch.optim.Adam(net.parameters(), lr=1e-3),
        noise_multiplier=1.0,
        max_grad_norm=1.0,
        expected_batch_size=batch,
    )

    def step():
        sampled = (torch.rand(rows) < batch / rows).nonzero().flatten()
        losses = row_losses(net, one_hot(sampled))
        optimiser.zero_grad()
        DPTensorFastGradientClipping(net, optimiser, losses, "mean").backward()
        optimiser.step()

    return timed(step, list(net.parameters()))


print(json.dumps({"plain": plain(), "dp": private() if GradSampleModuleFastGradientClipping else []}))
