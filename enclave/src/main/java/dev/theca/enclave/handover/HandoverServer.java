package dev.theca.enclave.handover;

import dev.theca.enclave.PeerIdentity;
import dev.theca.enclave.TargetInfo;
import dev.theca.enclave.TeePlatform;
import dev.theca.evidence.EnclaveReport;
import dev.theca.sealfs.Anchor;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The agent's side of theca-la/1 in mode {@code report}: proves itself to an app enclave, makes it
 * prove itself, and only then asks what may be handed over. Every run has fresh keys and nonces; at
 * most four run at once, none longer than ten seconds up to the payload.
 */
public final class HandoverServer implements AutoCloseable {
  /** Decides what an enclave with a proven identity gets. */
  public interface Grants {
    /** Which identities may ask at all: from policy, never the agent's own. */
    List<PeerIdentity> accepted();

    /** What this container is granted, at most once. */
    Outcome<Grant> grant(String containerId, EnclaveReport app);
  }

  /**
   * What one connection holds. It is closed with the connection, and never comes back; a volume
   * that stays is free for another from then on.
   */
  public interface Grant extends AutoCloseable {
    /** What is handed over; zeroed when it was sent. */
    Payload payload();

    /** The app has confirmed that everything is in place. */
    void accepted();

    /**
     * A volume has reached a state.
     *
     * @param awaited somebody waits until it is remembered
     * @return the newest state that is remembered; a refusal ends the connection
     */
    Outcome<Anchor> keep(UUID volume, Anchor state, boolean awaited);

    /** The connection is gone. */
    @Override
    void close();
  }

  private static final System.Logger LOG = System.getLogger("theca.handover");
  private static final int AT_ONCE = 4;
  private static final long LIMIT_SECONDS = 10;
  private static final int MAX_KEY_IDS = 64;

  private final ServerSocketChannel listener;
  private final Path socket;
  private final TeePlatform platform;
  private final Grants grants;
  private final Semaphore runs = new Semaphore(AT_ONCE);
  private final Set<SocketChannel> peers = ConcurrentHashMap.newKeySet();
  private final SecureRandom random = new SecureRandom();

  private HandoverServer(
      ServerSocketChannel listener, Path socket, TeePlatform platform, Grants grants) {
    this.listener = listener;
    this.socket = socket;
    this.platform = platform;
    this.grants = grants;
  }

  public static HandoverServer start(Path socket, TeePlatform platform, Grants grants) {
    try {
      Files.deleteIfExists(socket);
      var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      var server = new HandoverServer(listener, socket, platform, grants);
      Thread.ofPlatform().daemon().name("handover").start(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + socket, e);
    }
  }

  private void accept() {
    try (var clock =
        Executors.newSingleThreadScheduledExecutor(
            r -> Thread.ofPlatform().daemon().unstarted(r))) {
      while (true) {
        var peer = listener.accept();
        Thread.ofVirtual().name("handover-run").start(() -> limited(peer, clock));
      }
    } catch (IOException e) {
      if (listener.isOpen()) LOG.log(System.Logger.Level.ERROR, "stage=handover outcome=fault", e);
    }
  }

  private void limited(SocketChannel peer, java.util.concurrent.ScheduledExecutorService clock) {
    try (var wire = new Wire(peer)) {
      if (!runs.tryAcquire()) {
        wire.error(HandoverCode.BUSY, "too many hand-overs at once");
        return;
      }
      peers.add(peer);
      if (!listener.isOpen()) closeQuietly(peer); // it came while all others were closed
      var limit = clock.schedule(() -> closeQuietly(peer), LIMIT_SECONDS, TimeUnit.SECONDS);
      var counted = new AtomicBoolean(true);
      Runnable handedOver =
          () -> {
            limit.cancel(false);
            if (counted.compareAndSet(true, false)) runs.release();
          };
      try {
        run(wire, handedOver);
      } finally {
        handedOver.run();
        peers.remove(peer);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=handover outcome=lost reason=" + e.getMessage());
    }
  }

  private static void closeQuietly(SocketChannel peer) {
    try {
      peer.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing a hand-over", e);
    }
  }

  private void run(Wire wire, Runnable payloadSent) throws IOException {
    try {
      handOver(wire, payloadSent);
    } catch (HandoverFailed e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "stage=handover outcome=refused reason=\"" + e.refusal + "\"");
      wire.error(e.code, e.refusal.toString());
    } catch (GeneralSecurityException | RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "stage=handover outcome=fault", e);
      wire.error(HandoverCode.INTERNAL, "a fault in the agent; see its log");
    }
  }

  private void handOver(Wire wire, Runnable payloadSent)
      throws IOException, HandoverFailed, GeneralSecurityException {
    CborMap m1 = wire.receive(Wire.MAX_MESSAGE);
    if (m1.entries().size() != 7) throw Wire.malformed("seven fields", m1.entries().size() + "");
    String protocol = Wire.text(m1, 1, 32);
    String mode = Wire.text(m1, 2, 32);
    if (!protocol.equals(Transcript.PROTOCOL) || !mode.equals(Transcript.MODE)) {
      throw new HandoverFailed(
          HandoverCode.PROTOCOL,
          "protocol",
          Transcript.PROTOCOL + " " + Transcript.MODE,
          "another");
    }
    byte[] nonceA = Wire.bytes(m1, 3, 32);
    byte[] publicA = Wire.bytes(m1, 4, 32);
    byte[] targetA = Wire.bytes(m1, 5, TargetInfo.SIZE);
    if (TargetInfo.parse(targetA).isEmpty())
      throw Wire.malformed("a TARGETINFO with zero reserved bytes", "another");
    var keyIds = keyIds(m1);
    String containerId = Wire.text(m1, 7, 256);

    byte[] nonceB = new byte[32];
    random.nextBytes(nonceB);
    var own = Transcript.newKey();
    byte[] publicB = Transcript.raw(own);
    byte[] targetB = platform.targetInfo();
    var transcript =
        new Transcript(nonceA, nonceB, publicA, publicB, targetA, targetB, keyIds, containerId);
    byte[] proofB = platform.report(targetA, transcript.reportDataB());
    wire.send(Cbor.map(1, nonceB, 2, publicB, 3, targetB, 4, proofB));

    CborMap m3 = wire.receive(Wire.MAX_MESSAGE);
    byte[] proofA = Wire.bytes(m3, 1, 432);
    var app =
        Proofs.check(
            platform,
            proofA,
            transcript.reportDataA(proofB),
            targetA,
            grants.accepted(),
            "app enclave");
    if (Arrays.equals(app.mrEnclave(), Arrays.copyOf(targetB, 32))) {
      throw new HandoverFailed(
          HandoverCode.IDENTITY, "identity of the app enclave", "an app", "an agent like this one");
    }
    var keys = transcript.keys(own.getPrivate(), publicA, proofA, proofB);
    wire.keys(keys[1], keys[0]);
    var granted = grants.grant(containerId, app);
    switch (granted) {
      case Outcome.Refused<Grant>(var reasons) -> throw failed(reasons.getFirst());
      case Outcome.Granted<Grant>(var grant) -> {
        try (grant) {
          send(wire, grant);
          payloadSent.run();
          serve(wire, containerId, grant);
        }
      }
    }
  }

  private static HandoverFailed failed(Refusal reason) {
    return new HandoverFailed(
        reason.code() instanceof HandoverCode code ? code : HandoverCode.UNKNOWN_CONTAINER, reason);
  }

  private static void send(Wire wire, Grant grant) throws IOException, GeneralSecurityException {
    try (var payload = grant.payload()) {
      byte[] encoded = payload.encode();
      try {
        wire.sendRecord(Wire.PAYLOAD, encoded);
      } finally {
        Arrays.fill(encoded, (byte) 0);
      }
    }
  }

  /** Until the app says that it ends. The end of the connection without that is a loss. */
  private static void serve(Wire wire, String container, Grant grant)
      throws IOException, HandoverFailed, GeneralSecurityException {
    boolean accepted = false;
    while (true) {
      var record = wire.receiveRecord();
      switch (record.type()) {
        case Wire.ACCEPTED -> {
          if (accepted) throw Wire.malformed("one confirmation", "a second");
          accepted = true;
          grant.accepted();
          LOG.log(
              System.Logger.Level.INFO,
              "stage=handover container=" + container + " outcome=accepted");
        }
        case Wire.ANCHOR -> {
          var report = report(record.plain());
          switch (grant.keep(report.volume(), report.anchor(), report.awaited())) {
            case Outcome.Refused<Anchor>(var reasons) -> throw failed(reasons.getFirst());
            case Outcome.Granted<Anchor>(var kept) ->
                wire.sendRecord(Wire.ANCHOR_ACK, VolumeCodec.anchor(report.volume(), kept, false));
          }
        }
        case Wire.HEARTBEAT -> {}
        case Wire.CLOSE -> {
          return;
        }
        default -> throw Wire.malformed("a record of the app", "type " + record.type());
      }
    }
  }

  static VolumeCodec.Report report(byte[] plain) throws HandoverFailed {
    try {
      if (Cbor.decode(plain) instanceof Outcome.Granted<CborValue>(var value)
          && value instanceof CborMap map) return VolumeCodec.Report.read(map);
    } catch (ClassCastException | IllegalArgumentException | NoSuchElementException e) {
      throw Wire.malformed("the state of a volume", "another record");
    }
    throw Wire.malformed("the state of a volume", "another record");
  }

  private static List<String> keyIds(CborMap m1) throws HandoverFailed {
    if (!(m1.get(6).orElse(null) instanceof CborArray(var items)) || items.size() > MAX_KEY_IDS)
      throw Wire.malformed("up to 64 key ids", "others");
    var ids = new ArrayList<String>();
    for (var item : items) {
      if (!(item instanceof CborText(String id)) || id.length() > 256)
        throw Wire.malformed("key ids of up to 256 characters", "others");
      if (!ids.isEmpty() && ids.getLast().compareTo(id) >= 0)
        throw Wire.malformed("key ids sorted and unique", "others");
      ids.add(id);
    }
    return ids;
  }

  @Override
  public void close() {
    try {
      listener.close();
      peers.forEach(HandoverServer::closeQuietly);
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
