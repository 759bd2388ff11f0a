import { describe, expect, test } from '@jest/globals';
import { cardOf } from '../../../service/hosts/card.ts';

describe('what the name of a card tells', () => {
  test.each([
    ['NVIDIA GeForce RTX 5090', 120, true],
    ['NVIDIA H100 80GB HBM3', 90, true],
    ['NVIDIA GeForce RTX 4070 Ti SUPER', 89, true],
    ['NVIDIA RTX 6000 Ada Generation', 89, true],
    ['NVIDIA L4', 89, true],
    ['NVIDIA A100-SXM4-80GB', 80, true],
    ['NVIDIA GeForce RTX 3060', 86, true],
    ['NVIDIA GeForce RTX 3050 Ti Laptop GPU', 86, true],
    ['NVIDIA RTX A1000 6GB Laptop GPU', 86, true],
    ['NVIDIA A10G', 86, true],
    ['NVIDIA GeForce RTX 2070 SUPER', 75, true],
    ['Quadro RTX 6000', 75, true],
    ['Tesla T4', 75, true],
    ['NVIDIA GeForce GTX 1660 SUPER', 75, false],
    ['NVIDIA T600 Laptop GPU', 75, false],
    ['Tesla V100-SXM2-16GB', 70, true],
    ['Tesla P100-PCIE-16GB', 60, false],
    ['NVIDIA GeForce GTX 1080 Ti', 61, false],
    ['Tesla P40', 61, false],
    ['NVIDIA GeForce GTX 970', 52, false],
    ['Tesla M40 24GB', 52, false],
  ])('%s: %i, tensor cores %s', (name, capability, hasTensorCores) => {
    expect(cardOf({ backend: 'cuda', name })).toEqual({ capability, hasTensorCores });
  });

  test.each([
    ['a name that says nothing', 'cuda', 'Graphics Device'],
    ["another maker's", 'rocm', 'AMD Radeon RX 7900 XTX'],
  ] as const)('is nothing of %s', (_, backend, name) => {
    expect(cardOf({ backend, name })).toBeNull();
  });
});
