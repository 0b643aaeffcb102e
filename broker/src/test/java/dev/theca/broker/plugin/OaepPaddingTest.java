package dev.theca.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.MGF1ParameterSpec;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the JDK's encryption. */
class OaepPaddingTest {
  private static KeyPair key() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static byte[] encoded(byte[] message, String hash, String mask) throws Exception {
    var key = key();
    var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    var spec =
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(mask), PSource.PSpecified.DEFAULT);
    cipher.init(Cipher.ENCRYPT_MODE, key.getPublic(), spec);
    byte[] wrapped = cipher.doFinal(message);
    var raw = Cipher.getInstance("RSA/ECB/NoPadding");
    raw.init(Cipher.DECRYPT_MODE, key.getPrivate());
    return raw.doFinal(wrapped);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-1", "SHA-256"})
  void every_length_up_to_the_capacity_comes_back(String hash) throws Exception {
    int most = OaepPadding.capacityBytes(256, hash);
    for (int size : new int[] {0, 1, 16, 32, most - 1, most}) {
      byte[] message = new byte[size];
      java.util.Arrays.fill(message, (byte) 1);
      var removed = OaepPadding.remove(encoded(message, hash, hash), hash);
      assertThat(removed).as("%d bytes", size).isPresent();
      assertThat(removed.get()).isEqualTo(message);
    }
  }

  @Test
  void a_change_anywhere_is_noticed_unless_it_is_in_the_message() throws Exception {
    byte[] good = encoded(new byte[] {1, 2, 3}, "SHA-256", "SHA-256");
    // a bit of the seed scrambles the block; one of the block scrambles the seed
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      assertThat(OaepPadding.remove(bad, "SHA-256")).as("byte %d", i).isEmpty();
    }
  }

  @Test
  void another_hash_or_mask_is_another_padding() throws Exception {
    byte[] message = {1, 2, 3};
    assertThat(OaepPadding.remove(encoded(message, "SHA-1", "SHA-1"), "SHA-256")).isEmpty();
    assertThat(OaepPadding.remove(encoded(message, "SHA-256", "SHA-1"), "SHA-256")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65, 66, 256})
  void zeroes_of_any_length_are_no_padding(int size) {
    assertThat(OaepPadding.remove(new byte[size], "SHA-256")).isEqualTo(Optional.empty());
  }
}
