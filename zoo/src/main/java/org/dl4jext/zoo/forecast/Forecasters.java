package org.dl4jext.zoo.forecast;

/** Who forecasts. */
public enum Forecasters {
  NETWORK("network", "network"),
  HYBRID("hybrid", "hybrid"),
  LAST_VALUE("last value", "lastValue"),
  SEASONAL_NAIVE("seasonal naive", "seasonalNaive"),
  AUTOREGRESSION("autoregression", "autoregression");

  private final String label;
  private final String key;

  Forecasters(String label, String key) {
    this.label = label;
    this.key = key;
  }

  /** Name in tables. */
  public String label() {
    return label;
  }

  /** Name in JSON. */
  public String key() {
    return key;
  }
}
