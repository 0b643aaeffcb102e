package dev.theca.broker.policy;

import java.util.function.LongConsumer;

/** A text that is paid for as it is read, a page at a time. For one thread. */
final class PaidText implements CharSequence {
  private static final int PAGE = 512;

  private final String text;
  private final long price;
  private final LongConsumer spend;
  private int left;

  PaidText(String text, long price, LongConsumer spend) {
    this.text = text;
    this.price = price;
    this.spend = spend;
  }

  @Override
  public char charAt(int index) {
    if (left-- == 0) {
      spend.accept(price * Math.min(PAGE, 1 + text.length()));
      left = Math.min(PAGE, 1 + text.length());
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
