package org.dl4jext.zoo.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dl4jext.zoo.models.ZooServer.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing but the right file ever stands in the cache, whatever the server does. */
class ZooCacheTest {

  private static final int BYTES = 300_000;

  @TempDir Path folder;
  private ZooServer server;
  private byte[] content;
  private ZooEntry model;
  private ZooCache cache;
  private ZooSource source;

  @BeforeEach
  void start() throws IOException {
    content = new byte[BYTES];
    new Random(1).nextBytes(content);
    String hash = HexFormat.of().formatHex(Seal.sha256().digest(content));
    model = ZooManifestTest.entry("parity", hash, BYTES);
    server = new ZooServer();
    server.put(model.file(), content);
    cache = new ZooCache(folder.resolve("cache"), Duration.ofMillis(1));
    source = ZooSource.at(server.address(), Duration.ofMillis(300));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path pull() throws IOException {
    return cache.pull(model, source, bytes -> {});
  }

  private void holdsTheModel() throws IOException {
    assertArrayEquals(content, Files.readAllBytes(cache.path(model)));
    assertEquals(ZooCache.State.VERIFIED, cache.state(model));
    assertFalse(Files.exists(folder.resolve("cache").resolve(model.file() + ".part")));
  }

  private void holdsNoModel() throws IOException {
    assertFalse(Files.exists(cache.path(model)));
    assertEquals(ZooCache.State.MISSING, cache.state(model));
  }

  @Test
  void aModelIsPulledOnceAndItsProgressTold() throws IOException {
    List<Long> progress = new ArrayList<>();
    assertEquals(cache.path(model), cache.pull(model, source, progress::add));
    holdsTheModel();
    assertEquals(BYTES, progress.get(progress.size() - 1));
    pull();
    assertEquals(List.of(model.file()), server.requests());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = Mode.EXCLUDE,
      names = {"NONE", "NOT_FOUND", "REDIRECTS_AWAY", "IGNORES_RANGE"})
  void whatPassesIsTriedAgain(Fault fault) throws IOException {
    server.next(fault);
    pull();
    holdsTheModel();
    assertEquals(2, server.requests().size());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = Mode.EXCLUDE,
      names = {"NONE", "IGNORES_RANGE"})
  void whatStaysLeavesNoBadFile(Fault fault) throws IOException {
    for (int i = 0; i < 12; i++) {
      server.next(fault);
    }
    var error = assertThrows(IOException.class, this::pull);
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    holdsNoModel();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"NOT_FOUND", "REDIRECTS_AWAY"})
  void aRefusalIsNotAskedAgain(Fault fault) {
    server.next(fault);
    assertThrows(SourceException.class, this::pull);
    assertEquals(1, server.requests().size());
  }

  @Test
  void whatAnEarlierAttemptLeftIsTakenUp() throws IOException {
    server.next(Fault.DIES);
    pull();
    assertEquals(List.of(model.file(), model.file() + " from " + BYTES / 2), server.requests());
    holdsTheModel();
  }

  @Test
  void anAnswerThatStartsElsewhereIsNotAppended() throws IOException {
    String rest = model.file() + " from " + BYTES / 2;
    server.next(Fault.DIES, Fault.STARTS_LATER);
    pull();
    assertEquals(List.of(model.file(), rest, rest), server.requests());
    holdsTheModel();
  }

  @Test
  void aWholeFileInsteadOfItsRestTakesThePlaceOfThePart() throws IOException {
    server.next(Fault.DIES, Fault.IGNORES_RANGE);
    pull();
    assertEquals(2, server.requests().size());
    holdsTheModel();
  }

  @Test
  void noMoreIsReadThanTheManifestSays() throws IOException {
    server.next(Fault.TOO_LONG);
    List<Long> progress = new ArrayList<>();
    cache.pull(model, source, progress::add);
    assertEquals(BYTES, Collections.max(progress));
    holdsTheModel();
  }

  @Test
  void aModelLargerThanAnyFileMayBeIsNotAskedFor() {
    ZooEntry huge = ZooManifestTest.entry("huge", model.sha256(), 1L << 40);
    assertThrows(SourceException.class, () -> cache.pull(huge, source, bytes -> {}));
    assertEquals(List.of(), server.requests());
  }

  @Test
  void whoeverLooksSeesTheWholeFileOrNone() throws Exception {
    byte[] large = new byte[100 * BYTES];
    ZooEntry entry = ZooPlaces.put(server, "large", large);
    Files.write(folder.resolve(entry.file()), large);
    ZooSource place = ZooSource.at(folder.toUri().toString(), Duration.ofSeconds(1));
    var thread = Executors.newSingleThreadExecutor();
    try {
      Future<Path> pull = thread.submit(() -> cache.pull(entry, place, bytes -> {}));
      while (!pull.isDone()) {
        if (Files.exists(cache.path(entry))) {
          assertEquals(large.length, Files.size(cache.path(entry)));
        }
      }
      pull.get();
    } finally {
      thread.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BYTES / 3, BYTES, BYTES + 1})
  void aPartThatIsWrongIsThrownAway(int length) throws IOException {
    Files.createDirectories(folder.resolve("cache"));
    Files.write(folder.resolve("cache").resolve(model.file() + ".part"), new byte[length]);
    pull();
    holdsTheModel();
  }

  @Test
  void aFileThatWasChangedIsNoticedAndPulledAgain() throws IOException {
    Path file = pull();
    byte[] changed = content.clone();
    changed[BYTES / 2] ^= 1;
    Files.write(file, changed);
    assertEquals(ZooCache.State.DAMAGED, cache.state(model));
    pull();
    holdsTheModel();
  }

  @Test
  void threadsThatPullAtOnceDownloadOnce() throws Exception {
    var threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Path> pull = this::pull;
      for (Future<Path> result : threads.invokeAll(Collections.nCopies(8, pull))) {
        assertEquals(cache.path(model), result.get());
      }
    } finally {
      threads.shutdown();
    }
    assertEquals(1, server.requests().size());
    holdsTheModel();
  }

  @Test
  void aFolderIsASourceToo() throws IOException {
    Path place = Files.createDirectories(folder.resolve("a place"));
    ZooManifest.of(List.of(model)).write(place);
    Files.write(place.resolve(model.file()), content);
    source = ZooSource.at(place.toUri().toString(), Duration.ofSeconds(1));
    assertEquals(model, source.manifest().model("parity"));
    pull();
    holdsTheModel();
    Files.delete(place.resolve(model.file()));
    Files.delete(cache.path(model));
    assertThrows(SourceException.class, this::pull);
  }

  @Test
  void theManifestOfAServerIsRead() throws IOException {
    Path place = Files.createDirectories(folder.resolve("place"));
    ZooManifest.of(List.of(model)).write(place);
    server.put(ZooManifest.FILE, Files.readAllBytes(place.resolve(ZooManifest.FILE)));
    assertEquals(model, source.manifest().model("parity"));
    server.put(ZooManifest.FILE, new byte[2 << 20]);
    var error = assertThrows(IOException.class, source::manifest);
    assertTrue(error.getMessage().contains("larger than"), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/x", "jar:file:/x", "place", "http"})
  void anotherAddressIsRefused(String address) {
    assertThrows(
        IllegalArgumentException.class, () -> ZooSource.at(address, Duration.ofSeconds(1)));
  }
}
