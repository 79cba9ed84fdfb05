using System.Text.Json.Serialization;

namespace AuditFunctions.Configuration.Secrets;

/// <summary>A secret's value, which no log, message or debugger view shows by accident. Not a record: records print their members.</summary>
public sealed class SecretText(string value)
{
    private readonly string _value = value;

    /// <summary>The hosts that it may be sent to; null when nobody said.</summary>
    [JsonIgnore]
    public SecretHosts? Hosts { get; init; }

    /// <summary>The value itself, to be put into a request and nowhere else.</summary>
    public string Reveal() => _value;

    /// <summary>Whether two values are the same, without showing either.</summary>
    public bool SameAs(SecretText? other) => other is not null && _value == other._value;

    /// <summary>Never the value.</summary>
    public override string ToString() => "(secret)";
}
