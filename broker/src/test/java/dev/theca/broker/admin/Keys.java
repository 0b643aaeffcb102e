package dev.theca.broker.admin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.theca.wire.der.Pem;
import dev.theca.wire.jose.B64;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/** Keys and tokens of identity providers, made by another implementation. */
final class Keys {
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private Keys() {}

  static KeyPair ec(String curve) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyPair of(String kind) {
    try {
      return KeyPairGenerator.getInstance(kind).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path pem(Path folder, KeyPair pair) {
    try {
      Path file = Files.createTempFile(folder, "key", ".pem");
      return Files.writeString(file, Pem.write("PUBLIC KEY", pair.getPublic().getEncoded()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static JWTClaimsSet.Builder claims(String role) {
    return new JWTClaimsSet.Builder()
        .issuer("idp")
        .subject("alice")
        .audience(List.of("other", "kbs-admin"))
        .claim("role", role)
        .expirationTime(Date.from(NOW.plusSeconds(600)));
  }

  static String token(KeyPair pair, String alg, String kid, JWTClaimsSet claims) {
    try {
      JWSSigner signer =
          pair.getPrivate() instanceof ECPrivateKey ec
              ? new ECDSASigner(ec)
              : new RSASSASigner(pair.getPrivate());
      var header = new JWSHeader.Builder(JWSAlgorithm.parse(alg));
      if (!kid.isEmpty()) header.keyID(kid);
      var jwt = new SignedJWT(header.build(), claims);
      jwt.sign(signer);
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The working example of the reference page: EdDSA, by hand. */
  static String edDsa(KeyPair pair, String payload) {
    try {
      String content = text("{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}") + "." + text(payload);
      var signer = Signature.getInstance("Ed25519");
      signer.initSign(pair.getPrivate());
      signer.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + B64.url(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String text(String json) {
    return B64.url(json.getBytes(StandardCharsets.UTF_8));
  }
}
