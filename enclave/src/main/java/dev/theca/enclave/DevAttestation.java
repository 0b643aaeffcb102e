package dev.theca.enclave;

import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The platform as files below {@code /dev/attestation}: Gramine's layout, and {@code verify_report}
 * and {@code retire} of native mode. One report or quote at a time: the files hold one value for
 * the whole process.
 */
public final class DevAttestation implements TeePlatform {
  private final Path files;
  private final ReentrantLock lock = new ReentrantLock();

  public DevAttestation(Path files) {
    this.files = files;
  }

  @Override
  public byte[] targetInfo() {
    return read("my_target_info");
  }

  @Override
  public byte[] report(byte[] targetInfo, byte[] reportData) {
    lock.lock();
    try {
      write("target_info", targetInfo);
      write("user_report_data", reportData);
      return read("report");
    } finally {
      lock.unlock();
    }
  }

  @Override
  public byte[] quote(byte[] reportData) {
    lock.lock();
    try {
      write("user_report_data", reportData);
      return read("quote");
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean verifyReport(byte[] report) {
    try {
      Files.write(files.resolve("verify_report"), report, StandardOpenOption.WRITE);
      return true;
    } catch (AccessDeniedException e) {
      return false;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Permission denied")) return false;
      throw new UncheckedIOException("cannot ask the platform to verify a report", e);
    }
  }

  @Override
  @SuppressWarnings("exports")
  public Secret sealKey() {
    return Secret.moveFrom(read("keys/_sgx_mrsigner"));
  }

  @Override
  public void retire() {
    write("retire", new byte[] {1});
  }

  private byte[] read(String file) {
    try (var in = Files.newInputStream(files.resolve(file))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + " of the platform", e);
    }
  }

  private void write(String file, byte[] bytes) {
    try {
      Files.write(files.resolve(file), bytes, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + " of the platform", e);
    }
  }
}
