package org.dl4jext.zoo.models;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A lock that one process of a machine holds at a time, and one thread of it; the operating system
 * takes it back when the process ends in whatever way. The file stays, since another process may be
 * about to lock it.
 */
final class CacheLock implements AutoCloseable {

  private static final long WAIT_MILLIS = 50;

  private final FileChannel channel;

  private CacheLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits until the lock is free. */
  static CacheLock on(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      while (!isTaken(channel)) {
        pause(WAIT_MILLIS);
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new CacheLock(channel);
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // by another thread of this process
    }
  }

  static void pause(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
