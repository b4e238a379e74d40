package org.dl4jext.samediff.qkan;

/** Bloch vectors of the circuits of one input, their adjoints, and what turned them. */
final class FloatQkanState {

  final float[] x;
  final float[] y;
  final float[] z;
  final float[] dx;
  final float[] dy;
  final float[] dz;

  /** Of the encoded angles, by encoding. */
  final float[][] sin;

  final float[][] cos;

  /** What is measured, and its slope by z for FAST. */
  final float[] phi;

  final float[] slope;

  FloatQkanState(int encodings, int edges) {
    x = new float[edges];
    y = new float[edges];
    z = new float[edges];
    dx = new float[edges];
    dy = new float[edges];
    dz = new float[edges];
    sin = new float[encodings][edges];
    cos = new float[encodings][edges];
    phi = new float[edges];
    slope = new float[edges];
  }
}
