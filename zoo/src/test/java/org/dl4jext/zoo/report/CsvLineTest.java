package org.dl4jext.zoo.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CsvLineTest {

  @Test
  void cellsAreQuotedWhereTheyHaveTo() {
    assertEquals(
        "plain,1.5,,\"a,b\",\"say \"\"so\"\"\",\"two\nlines\",\"carriage\rreturn\"\n",
        CsvLine.of(
            Arrays.asList(
                "plain", 1.5, null, "a,b", "say \"so\"", "two\nlines", "carriage\rreturn")));
  }
}
