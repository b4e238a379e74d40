"""The layers in PyTorch: the delta product and the LSTM, with a softmax output layer and Adam."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from delta import fastest_chunkwise

CLASSES = 8


def plain(x, shape, back=False):
    return x if back else x.reshape(shape)


def transposed(x, shape, back=False):
    return x.t() if back else x.reshape(shape[1], shape[0]).t()


def gates(x, shape, back=False):
    """Gates z, f, o, i in columns to gates i, f, z, o in rows; the second way is the inverse."""
    if back:
        i, f, z, o = x.chunk(4, 0)
        return torch.cat([z, f, o, i], 0).t()
    z, f, o, i = x.reshape(-1, shape[0]).t().chunk(4, 0)
    return torch.cat([i, f, z, o], 0).reshape(shape)


class DeltaProduct(nn.Module):
    """y = RMSNorm(delta product of x W) Wo, with SiLU, L2-normalised q and k, beta in 0 .. 2."""

    def __init__(self, batch, steps, width, heads, n):
        super().__init__()
        self.heads, self.size, self.n = heads, width // heads, n
        columns = width * (1 + 2 * n) + n * heads
        self.w = nn.Parameter(torch.randn(width, columns) / width**0.5)
        self.gain = nn.Parameter(torch.ones(self.size))
        self.wo = nn.Parameter(torch.randn(width, width) / width**0.5)
        self.rule, self.rule_name = fastest_chunkwise(steps, n, self.size, batch * heads, 0.3)

    def by_head(self, x, micro_steps):
        """[B,T,micro_steps*H*D] to [B*H,T*micro_steps,D]."""
        batch, steps = x.shape[:2]
        x = x.view(batch, steps, micro_steps, self.heads, -1).permute(0, 3, 1, 2, 4)
        return x.reshape(batch * self.heads, steps * micro_steps, -1)

    def forward(self, x):
        batch, steps, width = x.shape
        n = self.n
        qkv, beta = (x @ self.w).split([width * (1 + 2 * n), n * self.heads], -1)
        q, k, v = F.silu(qkv).split([width, n * width, n * width], -1)
        q, k = self.by_head(q, 1), self.by_head(k, n)
        q = q * torch.rsqrt((q * q).sum(-1, keepdim=True) + 1e-6) * self.size**-0.5
        k = k * torch.rsqrt((k * k).sum(-1, keepdim=True) + 1e-6)
        beta = self.by_head(2 * torch.sigmoid(beta), n).squeeze(-1)
        o = self.rule(q, k, self.by_head(v, n), beta)
        o = o * torch.rsqrt((o * o).mean(-1, keepdim=True) + 1e-5) * self.gain
        o = o.view(batch, self.heads, steps, self.size).transpose(1, 2)
        return o.reshape(batch, steps, width) @ self.wo

    def exchanged(self):
        """Parameters by the names of the other side, which has them in the same layout."""
        return [("0_W", self.w, plain), ("0_Wn", self.gain, plain), ("0_Wo", self.wo, plain)]


class Lstm(nn.Module):
    """torch.nn.LSTM."""

    def __init__(self, inputs, width):
        super().__init__()
        self.lstm = nn.LSTM(inputs, width, batch_first=True)
        with torch.no_grad():
            self.lstm.bias_hh_l0.zero_()
        self.lstm.bias_hh_l0.requires_grad_(False)

    def forward(self, x):
        return self.lstm(x)[0]

    def exchanged(self):
        lstm = self.lstm
        return [
            ("0_W", lstm.weight_ih_l0, gates),
            ("0_RW", lstm.weight_hh_l0, gates),
            ("0_b", lstm.bias_ih_l0, gates),
        ]


class Training:
    """A layer, an output layer, the loss of DL4J's RnnOutputLayer, and Adam."""

    def __init__(self, layer, x, y, width):
        self.layer, self.x, self.y = layer, x, y
        self.head = nn.Linear(width, CLASSES)
        parameters = [p for p in [*layer.parameters(), *self.head.parameters()] if p.requires_grad]
        self.adam = torch.optim.Adam(parameters, lr=1e-3)

    def loss(self):
        logits = self.head(self.layer(self.x)).log_softmax(-1)
        return -(logits * self.y).sum() / self.x.shape[0], logits

    def exchanged(self):
        """Name on the other side, parameter, and the change of its layout."""
        head = [("1_W", self.head.weight, transposed), ("1_b", self.head.bias, plain)]
        return [*self.layer.exchanged(), *head]

    def run(self):
        self.adam.zero_grad(set_to_none=True)
        self.loss()[0].backward()
        self.adam.step()
