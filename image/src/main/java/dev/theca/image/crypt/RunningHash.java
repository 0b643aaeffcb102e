package dev.theca.image.crypt;

import java.security.MessageDigest;
import javax.crypto.Mac;

/** A digest or MAC over bytes that pass by. Update and finish are called by one thread. */
interface RunningHash extends AutoCloseable {
  void update(byte[] bytes, int from, int length);

  byte[] finish();

  @Override
  default void close() {}

  static RunningHash of(MessageDigest digest) {
    return new RunningHash() {
      @Override
      public void update(byte[] bytes, int from, int length) {
        digest.update(bytes, from, length);
      }

      @Override
      public byte[] finish() {
        return digest.digest();
      }
    };
  }

  static RunningHash of(Mac mac) {
    return new RunningHash() {
      @Override
      public void update(byte[] bytes, int from, int length) {
        mac.update(bytes, from, length);
      }

      @Override
      public byte[] finish() {
        return mac.doFinal();
      }
    };
  }
}
