"""The QKAN-LSTM in PyTorch: all edges of the four gates at once, those of the inputs before the loop."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def plain(x, shape, back=False):
    return x if back else x.reshape(shape)


class QkanLstm(nn.Module):
    """v = [h, x]; gates f, i, g, o of PZ circuits with every part trainable, measured by <Z>."""

    def __init__(self, inputs, width, reps=3):
        super().__init__()
        self.width, self.reps = width, reps
        edges = (4, width, width + inputs)
        self.theta = nn.Parameter(torch.randn(*edges, reps + 1, 2))
        self.preact_weight = nn.Parameter(torch.ones(*edges, reps))
        self.preact_bias = nn.Parameter(torch.zeros(*edges, reps))
        self.postact_weight = nn.Parameter(torch.ones(edges))
        self.postact_bias = nn.Parameter(torch.zeros(edges))
        self.base_weight = nn.Parameter(torch.full(edges, 0.5))

    def coefficients(self, edges):
        """What does not change from step to step: slopes and offsets of the Rz angles, Ry angles."""
        theta = self.theta[:, :, edges]
        offset = theta[..., 1:, 0] + self.preact_bias[:, :, edges]
        return (
            self.preact_weight[:, :, edges].unbind(-1),
            offset.unbind(-1),
            torch.cos(theta[..., 0, 0]),
            torch.sin(theta[..., 0, 0]),
            torch.cos(theta[..., 1]).unbind(-1),
            torch.sin(theta[..., 1]).unbind(-1),
            self.postact_weight[:, :, edges],
            (self.postact_weight * self.postact_bias)[:, :, edges].sum(-1),
            self.base_weight[:, :, edges],
        )

    def sums(self, v, coefficients):
        """[.., edges] to [.., 4, width]: the sum of the edges into each output."""
        slope, offset, cos0, sin0, cos, sin, weight, bias, base = coefficients
        v = v[..., None, None, :]
        x, y, z = cos[0] * cos0, sin0, -sin[0] * cos0
        for l in range(self.reps):
            angle = slope[l] * v + offset[l]
            c, s = torch.cos(angle), torch.sin(angle)
            rotated = c * x - s * y
            if l + 1 < self.reps:
                y = s * x + c * y
                x, z = cos[l + 1] * rotated + sin[l + 1] * z, cos[l + 1] * z - sin[l + 1] * rotated
            else:
                z = cos[l + 1] * z - sin[l + 1] * rotated
        return (weight * z + base * F.silu(v)).sum(-1) + bias

    def forward(self, x):
        batch, steps, _ = x.shape
        hidden = self.coefficients(slice(0, self.width))
        inputs = self.sums(x, self.coefficients(slice(self.width, None))).unbind(1)
        h = c = x.new_zeros(batch, self.width)
        outputs = []
        for t in range(steps):
            f, i, g, o = (inputs[t] + self.sums(h, hidden)).unbind(1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            outputs.append(h)
        return torch.stack(outputs, 1)

    def exchanged(self):
        """Parameters by the names of the other side, which has them in the same layout."""
        return [
            ("0_theta", self.theta, plain),
            ("0_preactWeight", self.preact_weight, plain),
            ("0_preactBias", self.preact_bias, plain),
            ("0_postactWeight", self.postact_weight, plain),
            ("0_postactBias", self.postact_bias, plain),
            ("0_baseWeight", self.base_weight, plain),
        ]
