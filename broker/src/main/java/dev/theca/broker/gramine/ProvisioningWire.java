package dev.theca.broker.gramine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of Gramine's secret provisioning, version 1 (Gramine 1.9, {@code tools/sgx/ra-tls/}: the
 * two words stand in {@code secret_prov.h}; each is sent with its NUL).
 *
 * <pre>
 * client  "SECRET_PROVISION_RA_TLS_REQUEST_V1" NUL                       35 bytes
 * server  "SECRET_PROVISION_RA_TLS_RESPONSE_V1:" NUL                     37 bytes
 *         length of the secret, big-endian, 1 to 2^31 - 1                 4 bytes
 *         the secret
 * </pre>
 *
 * A comment in that header says that the length has 8 bytes; client and server use 4.
 */
final class ProvisioningWire {
  private static final byte[] REQUEST = word("SECRET_PROVISION_RA_TLS_REQUEST_V1");
  private static final byte[] RESPONSE = word("SECRET_PROVISION_RA_TLS_RESPONSE_V1:");

  private ProvisioningWire() {}

  private static byte[] word(String text) {
    return (text + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether what comes is a request; reads no byte more than one has. */
  static boolean isRequest(InputStream in) throws IOException {
    return Arrays.equals(in.readNBytes(REQUEST.length), REQUEST);
  }

  /** The answer in one piece, which the caller zeroes. */
  static byte[] response(byte[] secret) {
    return ByteBuffer.allocate(RESPONSE.length + 4 + secret.length)
        .put(RESPONSE)
        .putInt(secret.length)
        .put(secret)
        .array();
  }
}
