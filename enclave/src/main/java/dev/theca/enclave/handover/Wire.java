package dev.theca.enclave.handover;

import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborText;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one connection: u32 BE length and one CBOR map; after the proofs, sealed records in
 * both directions.
 */
final class Wire implements AutoCloseable {
  static final int MAX_MESSAGE = 64 << 10;
  static final int MAX_RECORD = 1 << 20;
  static final int PAYLOAD = 1;
  static final int ACCEPTED = 2;
  static final int ANCHOR = 3;
  static final int ANCHOR_ACK = 4;
  static final int HEARTBEAT = 5;
  static final int CLOSE = 6;

  private final SocketChannel channel;
  private @Nullable SecretKey sendKey;
  private @Nullable SecretKey receiveKey;
  private long sent;
  private long received;

  Wire(SocketChannel channel) {
    this.channel = channel;
  }

  void send(CborMap map) throws IOException {
    byte[] bytes = Cbor.encode(map);
    var out = ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).flip();
    while (out.hasRemaining()) {
      int unused = channel.write(out);
    }
  }

  /** The next message; an error message of the peer ends the run with its words. */
  CborMap receive(int max) throws IOException, HandoverFailed {
    var head = read(4);
    int length = head.getInt(0);
    if (length <= 0 || length > max)
      throw malformed("a message of 1 to " + max + " bytes", length + "");
    if (!(Cbor.decode(read(length).array(), max) instanceof Outcome.Granted<CborValue>(var value))
        || !(value instanceof CborMap map)) {
      throw malformed("a CBOR map", "other bytes");
    }
    var error = map.get(0);
    if (error.isPresent()) {
      long number = error.get() instanceof CborInt(long n) ? n : 0;
      String text = map.get(1).map(v -> v instanceof CborText(String t) ? t : "").orElse("");
      throw new HandoverFailed(
          HandoverCode.of(number),
          "hand-over",
          "the peer's consent",
          "its refusal: " + printable(text));
    }
    return map;
  }

  /** What a stranger wrote, safe to print. */
  private static String printable(String text) {
    String short200 = text.length() > 400 ? text.substring(0, 400) : text;
    return short200.replaceAll("\\p{Cntrl}", " ");
  }

  private ByteBuffer read(int length) throws IOException {
    var in = ByteBuffer.allocate(length);
    while (in.hasRemaining()) {
      if (channel.read(in) < 0) throw new EOFException("the peer has hung up");
    }
    return in.flip();
  }

  static HandoverFailed malformed(String expected, String found) {
    return new HandoverFailed(HandoverCode.MALFORMED, "message of the peer", expected, found);
  }

  void error(HandoverCode code, String text) throws IOException {
    send(Cbor.map(0, code.number(), 1, text));
  }

  void keys(SecretKey send, SecretKey receive) {
    sendKey = send;
    receiveKey = receive;
  }

  /** Any thread. */
  synchronized void sendRecord(int type, byte[] plain)
      throws IOException, GeneralSecurityException {
    byte[] sealed = cipher(Cipher.ENCRYPT_MODE, sendKey, sent, type).doFinal(plain);
    sent++;
    send(Cbor.map(1, type, 2, sealed));
  }

  /** A record that was opened. */
  record Opened(int type, byte[] plain) {}

  byte[] receiveRecord(int type) throws IOException, HandoverFailed {
    var opened = receiveRecord();
    if (opened.type() != type) throw malformed("a record of type " + type, "another record");
    return opened.plain();
  }

  /** One thread at a time. */
  Opened receiveRecord() throws IOException, HandoverFailed {
    var map = receive(MAX_RECORD);
    if (!(map.get(1).orElse(null) instanceof CborInt(long type))
        || type < PAYLOAD
        || type > CLOSE
        || !(map.get(2).orElse(null) instanceof CborBytes(byte[] sealed))
        || map.entries().size() != 2) {
      throw malformed("a record", "another message");
    }
    try {
      byte[] plain = cipher(Cipher.DECRYPT_MODE, receiveKey, received, (int) type).doFinal(sealed);
      received++;
      return new Opened((int) type, plain);
    } catch (GeneralSecurityException e) {
      throw new HandoverFailed(
          HandoverCode.PROOF,
          "record of the peer",
          "one sealed under the keys of this run",
          "another");
    }
  }

  private static Cipher cipher(int mode, @Nullable SecretKey key, long seq, int type)
      throws GeneralSecurityException {
    if (key == null) throw new IllegalStateException("records need the keys of the run");
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        key,
        new GCMParameterSpec(128, ByteBuffer.allocate(12).putInt(0).putLong(seq).array()));
    cipher.updateAAD(Transcript.PROTOCOL.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    cipher.updateAAD(ByteBuffer.allocate(9).putLong(seq).put((byte) type).array());
    return cipher;
  }

  static byte[] bytes(CborMap map, int key, int size) throws HandoverFailed {
    if (map.get(key).orElse(null) instanceof CborBytes(byte[] bytes) && bytes.length == size)
      return bytes;
    throw malformed("field " + key + " of " + size + " bytes", "another");
  }

  static String text(CborMap map, int key, int max) throws HandoverFailed {
    if (map.get(key).orElse(null) instanceof CborText(String text) && text.length() <= max)
      return text;
    throw malformed("field " + key + " of up to " + max + " characters", "another");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
