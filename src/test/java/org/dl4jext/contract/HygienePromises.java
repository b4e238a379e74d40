package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Nothing on the user's screen, and nothing left behind. */
interface HygienePromises extends LayerUnderTest {

  @Test
  default void nothingIsPrinted() {
    assertSilent(
        () -> {
          for (Variant variant : Variant.all()) {
            TestNet net = net(variant);
            net.fit(new DataSet(net.input(3, 7, 1), net.labels(3, 7, 2)));
            net.output(net.input(3, 7, 1), LayerUnderTest.mask());
            net.timeStep(net.input(3, 2, 1));
          }
        });
  }

  /** Nothing of what is done is printed. */
  static void assertSilent(Runnable work) {
    PrintStream screen = System.out;
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    System.setOut(new PrintStream(seen, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setOut(screen);
    }
    assertEquals("", seen.toString(StandardCharsets.UTF_8));
  }

  @Test
  @Tag("slow")
  default void callsFromShortLivedThreadsLeaveNothingBehind() throws InterruptedException {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(2, 3, 1);
    DataSet data = new DataSet(x, net.labels(2, 3, 2));
    calls(1000, net, x, data);
    long native0 = settled();
    long heap0 = heap();
    calls(10_000, net, x, data);
    long nativeGrowth = settled() - native0;
    long heapGrowth = heap() - heap0;
    assertTrue(nativeGrowth < (4 << 20), "native memory grew by " + nativeGrowth);
    assertTrue(heapGrowth < (16 << 20), "heap grew by " + heapGrowth);
  }

  private static void calls(int count, TestNet net, INDArray x, DataSet data)
      throws InterruptedException {
    Throwable[] failure = new Throwable[1];
    for (int i = 0; i < count; i++) {
      int kind = i % 3;
      Thread thread =
          new Thread(
              () -> {
                if (kind == 0) {
                  new SingleLayer(net).forward(x, null, false);
                } else if (kind == 1) {
                  SingleLayer layer = new SingleLayer(net);
                  layer.backward(layer.forward(x, null, true).dup());
                } else {
                  var layer = new SingleLayer(net).recurrent();
                  layer.rnnTimeStep(
                      x, org.deeplearning4j.nn.workspace.LayerWorkspaceMgr.noWorkspaces());
                  layer.rnnClearPreviousState(); // a layer may keep what it has seen
                }
              });
      thread.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
      thread.start();
      thread.join();
      if (failure[0] != null) {
        throw new AssertionError("call " + i, failure[0]);
      }
    }
    net.fit(data);
  }

  private static long settled() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(200);
    }
    return Pointer.totalBytes();
  }

  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
