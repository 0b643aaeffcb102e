package dev.theca.cli.demo;

import dev.theca.enclave.Bundle;
import dev.theca.enclave.EnclaveIdentity;
import dev.theca.enclave.PeerIdentity;
import dev.theca.enclave.ReportBytes;
import dev.theca.enclave.TargetInfo;
import dev.theca.enclave.TeePlatform;
import dev.theca.evidence.EnclaveReport;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The platform of a training: it believes every report, and what it signs nobody else believes. The
 * agent sees it as files; its reports come through a FIFO, one for each {@link #reportsOnce}. The
 * app enclave that asks the agent for its keys is this object.
 */
final class TrainingPlatform implements TeePlatform {
  static final PeerIdentity AGENT = new PeerIdentity(new byte[32], Bundle.AGENT_PRODUCT, 1);

  private static final int DATA = 64;

  private final Path files;
  private final byte[] configId;

  /** Writes the agent's files; {@code configId} is what the platform binds to it. */
  TrainingPlatform(Path files, byte[] configId) throws IOException {
    this.files = files;
    this.configId = configId.clone();
    Files.createDirectories(files.resolve("keys"));
    Files.write(files.resolve("my_target_info"), target(agent(new byte[DATA])));
    Files.write(files.resolve("quote"), new byte[4 << 10]);
    Files.write(files.resolve("keys/_sgx_mrsigner"), new byte[16]);
    for (String taken : List.of("target_info", "user_report_data", "verify_report", "retire"))
      Files.write(files.resolve(taken), new byte[0]);
    Commands.run("mkfifo", files.resolve("report").toString());
  }

  private byte[] agent(byte[] data) {
    var agent =
        new EnclaveIdentity(new byte[32], AGENT.mrSigner(), AGENT.isvProdId(), 1, 0x85, 3, 0);
    return ReportBytes.body(new byte[16], agent, configId, data);
  }

  private static byte[] app(byte[] data) {
    byte[] measurement = new byte[32];
    measurement[0] = 1;
    var app = new EnclaveIdentity(measurement, new byte[32], Bundle.APP_PRODUCT, 1, 0x85, 3, 0);
    return ReportBytes.body(new byte[16], app, new byte[64], data);
  }

  private static byte[] target(byte[] body) {
    return TargetInfo.of(EnclaveReport.read(body)).bytes();
  }

  private static byte[] unsigned(byte[] body) {
    return ReportBytes.join(body, new byte[32], new byte[16]);
  }

  /** Gives the agent the next report that it asks for; not to be called before it has the last. */
  void reportsOnce() {
    Thread unused = Thread.ofPlatform().daemon().name("training-report").start(this::report);
  }

  private void report() {
    try (OutputStream asked = Files.newOutputStream(files.resolve("report"))) {
      byte[] data = Files.readAllBytes(files.resolve("user_report_data"));
      asked.write(unsigned(agent(data)));
    } catch (IOException e) {
      throw new UncheckedIOException("the agent has no report", e);
    }
  }

  @Override
  public byte[] targetInfo() {
    return target(app(new byte[DATA]));
  }

  @Override
  public byte[] report(byte[] targetInfo, byte[] reportData) {
    return unsigned(app(reportData));
  }

  @Override
  public byte[] quote(byte[] reportData) {
    throw new UnsupportedOperationException("an app enclave asks for no quote");
  }

  @Override
  public boolean verifyReport(byte[] report) {
    return true;
  }

  @Override
  public Secret sealKey() {
    throw new UnsupportedOperationException("an app enclave seals nothing under it");
  }

  @Override
  public void retire() {}
}
