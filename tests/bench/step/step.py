"""The same training step as step.worker.ts in PyTorch on one thread. Reads the job as JSON on stdin, prints seconds."""

import json
import sys
import time

import torch
from torch import nn

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

encoder = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
mean_head, spread_head = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
decoder = nn.Sequential(
    nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, width)
)
parameters = [p for part in (encoder, mean_head, spread_head, decoder) for p in part.parameters()]
optimiser = torch.optim.Adam(parameters, lr=1e-3)
average = [p.detach().clone() for p in parameters]


def step():
    rows_now = torch.randint(0, rows, (batch,))
    inputs = torch.zeros(batch, width).scatter_(1, tokens[rows_now], 1.0)
    features = encoder(inputs)
    mean, log_variance = mean_head(features), spread_head(features).clamp(-12, 4)
    spread = torch.exp(log_variance / 2)
    logits = decoder(mean + spread * torch.randn(batch, latent))
    weights = torch.softmax(logits, 1)
    sums = weights @ members + 1e-30
    hits = (weights / (sums @ members.T) * inputs) @ members
    divergence = (mean**2 + spread**2 - log_variance - 1).sum() / 2
    loss = (-torch.log(hits + 1e-30).sum() + 0.5 * divergence) / batch
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    with torch.no_grad():
        torch._foreach_lerp_(average, parameters, 0.001)
    return loss.item()


seconds = []
for _ in range(job["steps"]):
    start = time.perf_counter()
    step()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds, "torch": torch.__version__}))
