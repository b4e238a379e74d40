package org.dl4jext.recurrent.stepping;

import static org.dl4jext.recurrent.stepping.StepperNetworks.assertMessage;
import static org.dl4jext.recurrent.stepping.StepperNetworks.delta;
import static org.dl4jext.recurrent.stepping.StepperNetworks.network;
import static org.dl4jext.recurrent.stepping.StepperNetworks.plstm;
import static org.dl4jext.recurrent.stepping.StepperNetworks.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;

/** States of a stepper as bytes and files. */
class StepperStateTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void savedStateContinuesBitEqual(DataType type, @TempDir Path folder) throws IOException {
    savedStateContinues(network(type, delta()), folder);
    savedStateContinues(network(type, plstm()), folder);
  }

  private static void savedStateContinues(MultiLayerNetwork net, Path folder) throws IOException {
    Stepper stepper = Stepper.of(net, 2);
    Path file = folder.resolve("state");
    run(stepper, 3, 0);
    stepper.save(file);
    byte[] state = stepper.state();
    double[] expected = run(stepper, 3, 7);
    Stepper other = Stepper.of(net, 2);
    other.load(file);
    assertArrayEquals(state, other.state());
    assertArrayEquals(expected, run(other, 3, 7), 0);
    stepper.restore(state);
    assertArrayEquals(expected, run(stepper, 3, 7), 0);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void badStatesAreRefusedAndChangeNothing(@TempDir Path folder) throws IOException {
    Stepper stepper = Stepper.of(network(DataType.FLOAT, delta()), 2);
    run(stepper, 3, 0);
    byte[] state = stepper.state();
    byte[] damaged = state.clone();
    damaged[state.length / 2] ^= 1;
    byte[] version = state.clone();
    version[7] = 9;
    Stepper wide = Stepper.of(network(DataType.FLOAT, delta()), 3);
    Stepper exact = Stepper.of(network(DataType.DOUBLE, delta()), 2);
    assertRefused(stepper, damaged, "damaged");
    assertRefused(stepper, version, "version is 9; allowed: 1");
    assertRefused(stepper, new byte[3], "not the state");
    assertRefused(stepper, Arrays.copyOf(state, state.length - 9), "damaged");
    assertRefused(stepper, wide.state(), "3 streams");
    assertRefused(stepper, exact.state(), "DOUBLE");
    Path file = folder.resolve("garbage");
    Files.write(file, new byte[100]);
    String message =
        assertThrows(IllegalArgumentException.class, () -> stepper.load(file)).getMessage();
    assertTrue(message.contains("garbage"), message);
    assertArrayEquals(state, stepper.state());
  }

  private static void assertRefused(Stepper stepper, byte[] state, String part) {
    assertMessage(IllegalArgumentException.class, part, () -> stepper.restore(state));
  }
}
