package dev.theca.cli.seal;

import dev.theca.image.copy.ImageCopy;
import java.util.List;
import java.util.Optional;

/**
 * How an owner seals: everything but the image and its new name. Resources are named {@code
 * TENANT/TYPE/TAG}.
 *
 * @param key where the image's key lies at the broker; a name made of the image and its place when
 *     empty
 * @param recipients more recipients, as skopeo names them
 * @param signatureKey where the public half of the signing key lies; a name made of its fingerprint
 *     when empty
 * @param imagePolicy the policy that gets the repository
 * @param workloadPolicy the policy that lets the key be used; untouched when empty
 * @param referrer whether a bundle that refers to the image is stored beside the tag
 * @param broker whether keys and policies go to a broker at all
 */
public record Terms(
    Optional<String> key,
    List<String> recipients,
    Optional<String> signatureKey,
    String imagePolicy,
    Optional<String> workloadPolicy,
    ImageCopy.Choice choice,
    boolean referrer,
    boolean broker) {
  public Terms {
    recipients = List.copyOf(recipients);
  }

  Terms withMore(List<String> more) {
    var all = new java.util.ArrayList<>(recipients);
    all.addAll(more);
    return new Terms(key, all, signatureKey, imagePolicy, workloadPolicy, choice, referrer, broker);
  }
}
