using System.Net;
using System.Text.RegularExpressions;

namespace AuditFunctions.Operations.Contracts.Recording;

/// <summary>Puts invented e-mail addresses and IP addresses in the place of real ones: the same always in the place of the same.</summary>
internal sealed partial class HiddenPeople
{
    private readonly Dictionary<string, string> _instead = new(StringComparer.OrdinalIgnoreCase);
    private int _people;
    private int _addresses;

    /// <summary>The text with others in their place.</summary>
    public string Hide(string text) => Address6().Replace(Address4().Replace(Email().Replace(text, Person), Address), Address);

    private string Person(Match match) => Instead(match.Value, () => $"person-{++_people}@example.com");

    private string Address(Match match) => !IPAddress.TryParse(match.Value, out var address) || IPAddress.IsLoopback(address) ? match.Value
        : Instead(match.Value, () => ++_addresses is var number && match.Value.Contains(':', StringComparison.Ordinal)
            ? $"2001:db8::{number:x}"
            : $"198.{18 + (number / 62_500)}.{number / 250 % 250}.{1 + (number % 250)}");

    private string Instead(string real, Func<string> make)
    {
        if (!_instead.TryGetValue(real, out var invented))
        {
            _instead[real] = invented = make();
        }

        return invented;
    }

    [GeneratedRegex(@"[A-Za-z0-9._+'-]{1,64}(@|%40)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,6}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Email();

    [GeneratedRegex(@"\b[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Address4();

    // Times have two colons and two digits; what .NET does not take as an address stays.
    [GeneratedRegex(@"\b[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{0,4}){3,7}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Address6();
}
