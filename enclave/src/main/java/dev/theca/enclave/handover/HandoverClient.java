package dev.theca.enclave.handover;

import dev.theca.enclave.PeerIdentity;
import dev.theca.enclave.TargetInfo;
import dev.theca.enclave.TeePlatform;
import dev.theca.sealfs.AnchorKeeper;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborMap;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The app's side of theca-la/1: accepts an agent of an identity from the app's measured
 * configuration only, proves itself, and receives the payload.
 */
public final class HandoverClient implements AutoCloseable {
  private final Wire wire;
  private final Payload payload;
  private final AnchorLine anchors;

  private HandoverClient(Wire wire, Payload payload) {
    this.wire = wire;
    this.payload = payload;
    this.anchors = AnchorLine.begin(wire);
  }

  /** One run; the connection stays open until {@link #close}. */
  public static Outcome<HandoverClient> run(
      Path socket, TeePlatform platform, List<PeerIdentity> agents, String containerId) {
    Wire wire = null;
    try {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      wire = new Wire(channel);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return Outcome.granted(
          new HandoverClient(wire, exchange(wire, platform, agents, containerId)));
    } catch (HandoverFailed e) {
      closeQuietly(wire);
      return Outcome.refused(e.refusal);
    } catch (IOException e) {
      closeQuietly(wire);
      return Outcome.refused(
          HandoverCode.INTERNAL,
          "hand-over connection",
          "an agent that answers",
          String.valueOf(e.getMessage()),
          "see the agent's log");
    } catch (GeneralSecurityException e) {
      closeQuietly(wire);
      throw new IllegalStateException("the JDK cannot do X25519 or AES-GCM", e);
    }
  }

  private static Payload exchange(
      Wire wire, TeePlatform platform, List<PeerIdentity> agents, String containerId)
      throws IOException, HandoverFailed, GeneralSecurityException {
    byte[] nonceA = new byte[32];
    new SecureRandom().nextBytes(nonceA);
    var own = Transcript.newKey();
    byte[] publicA = Transcript.raw(own);
    byte[] targetA = platform.targetInfo();
    wire.send(
        Cbor.map(
            1,
            Transcript.PROTOCOL,
            2,
            Transcript.MODE,
            3,
            nonceA,
            4,
            publicA,
            5,
            targetA,
            6,
            Cbor.array(List.of()),
            7,
            containerId));

    CborMap m2 = wire.receive(Wire.MAX_MESSAGE);
    if (m2.entries().size() != 4) throw Wire.malformed("four fields", m2.entries().size() + "");
    byte[] nonceB = Wire.bytes(m2, 1, 32);
    byte[] publicB = Wire.bytes(m2, 2, 32);
    byte[] targetB = Wire.bytes(m2, 3, TargetInfo.SIZE);
    byte[] proofB = Wire.bytes(m2, 4, 432);
    if (TargetInfo.parse(targetB).isEmpty())
      throw Wire.malformed("a TARGETINFO with zero reserved bytes", "another");
    var transcript =
        new Transcript(nonceA, nonceB, publicA, publicB, targetA, targetB, List.of(), containerId);
    Proofs.check(platform, proofB, transcript.reportDataB(), targetB, agents, "agent");

    byte[] proofA = platform.report(targetB, transcript.reportDataA(proofB));
    wire.send(Cbor.map(1, proofA));
    var keys = transcript.keys(own.getPrivate(), publicB, proofA, proofB);
    wire.keys(keys[0], keys[1]);
    byte[] record = wire.receiveRecord(Wire.PAYLOAD);
    try {
      if (Cbor.decode(record) instanceof Outcome.Granted<CborValue>(var value)
          && value instanceof CborMap map) return Payload.decode(map);
      throw Wire.malformed("a payload", "another record");
    } catch (ClassCastException
        | IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException
        | java.util.NoSuchElementException e) {
      throw Wire.malformed("a payload", "another record");
    } finally {
      Arrays.fill(record, (byte) 0);
    }
  }

  public Payload payload() {
    return payload;
  }

  /** Tells the agent that files, keys and configuration are in place. */
  public void accepted() {
    try {
      wire.sendRecord(Wire.ACCEPTED, new byte[0]);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the agent is gone", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot do AES-GCM", e);
    }
  }

  /** Tells the agent which states a volume reaches, over this connection. */
  public AnchorKeeper keeper(UUID volume) {
    return anchors.keeper(volume);
  }

  /**
   * What to do when the connection is lost before {@link #close}; at once when it is lost already.
   */
  public void whenLost(Runnable then) {
    anchors.whenLost(then);
  }

  private static void closeQuietly(@org.jspecify.annotations.Nullable Wire wire) {
    try {
      if (wire != null) wire.close();
    } catch (IOException e) {
      System.getLogger("theca.handover").log(System.Logger.Level.DEBUG, "closing a hand-over", e);
    }
  }

  /** Zeroes the payload's secrets and ends the connection. */
  @Override
  public void close() {
    payload.close();
    anchors.close();
    closeQuietly(wire);
  }
}
