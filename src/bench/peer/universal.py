"""The Universal Transformer in PyTorch: pre-norm, learned step signal, all steps."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from qkan import plain


class UniversalTransformer(nn.Module):
    def __init__(self, width, heads, steps):
        super().__init__()
        self.width, self.heads, self.steps = width, heads, steps
        new = lambda *shape: nn.Parameter(torch.zeros(*shape))
        for name in ("Wq", "Wk", "Wv", "Wo"):
            setattr(self, name, new(width, width))
        for name in ("ln1", "ln2", "lnf"):
            setattr(self, name + "Gain", new(width))
            setattr(self, name + "Bias", new(width))
        self.W1, self.b1 = new(width, 4 * width), new(4 * width)
        self.W2, self.b2 = new(4 * width, width), new(width)
        self.stepEmbedding = new(steps, width)

    def norm(self, name, x):
        gain, bias = getattr(self, name + "Gain"), getattr(self, name + "Bias")
        return F.layer_norm(x, (self.width,), gain, bias, 1e-6)

    def attention(self, x):
        batch, length, _ = x.shape
        split = lambda y: y.view(batch, length, self.heads, -1).transpose(1, 2)
        q, k, v = (split(x @ w) for w in (self.Wq, self.Wk, self.Wv))
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
        read = scores.softmax(-1) @ v
        return read.transpose(1, 2).reshape(batch, length, -1) @ self.Wo

    def positions(self, length):
        scales = self.width // 2
        rates = torch.exp(torch.arange(scales) * -(math.log(10000) / max(scales - 1, 1)))
        angles = torch.arange(length)[:, None] * rates
        return torch.cat([angles.sin(), angles.cos()], 1)

    def forward(self, x):
        signal = self.positions(x.shape[1])
        for n in range(self.steps):
            x = x + signal + self.stepEmbedding[n] * math.sqrt(self.width)
            x = x + self.attention(self.norm("ln1", x))
            hidden = torch.relu(torch.addmm(self.b1, self.norm("ln2", x).flatten(0, 1), self.W1))
            x = x + torch.addmm(self.b2, hidden, self.W2).view_as(x)
        return self.norm("lnf", x)

    def exchanged(self):
        """Parameters by the names of the other side, which has them in the same layout."""
        return [("0_" + name, parameter, plain) for name, parameter in self.named_parameters()]
