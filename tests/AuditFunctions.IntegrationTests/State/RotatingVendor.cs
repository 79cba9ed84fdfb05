using System.Globalization;
using System.Web;
using AuditFunctions.Tests.Support;

namespace AuditFunctions.Tests.State;

/// <summary>A vendor that replaces the refresh token at each use: a token that is used twice is refused, and only the newest access token is good.</summary>
internal sealed class RotatingVendor : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private ScriptedServer? _server;
    private int _turn;

    public string BaseUrl => _server!.BaseUrl;

    /// <summary>How long an access token is good.</summary>
    public int ExpiresIn { get; set; } = 3_600;

    /// <summary>What holds a token request's answer back, after the token was spent.</summary>
    public Action? BeforeAnswer { get; set; }

    /// <summary>The refresh token that is good now.</summary>
    public string Refresh { get; private set; } = "given-refresh-token";

    public string Access => $"access-token-{_turn}";

    public IReadOnlyList<ScriptedServer.Seen> Requests => _server!.Requests;

    public IReadOnlyList<string> TokenRequests => [.. _server!.Requests.Where(request => request.PathAndQuery == "/token").Select(request => HttpUtility.ParseQueryString(request.Body)["refresh_token"]!)];

    public static async Task<RotatingVendor> StartAsync()
    {
        var vendor = new RotatingVendor();
        vendor._server = await ScriptedServer.StartAsync(vendor.Answer);
        return vendor;
    }

    /// <summary>The vendor ends the access token before its time.</summary>
    public void EndAccess() => _turn++;

    /// <summary>An administrator makes a new refresh token by hand.</summary>
    public void Reset(string refresh) => Refresh = refresh;

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private ScriptedServer.Reply Answer(ScriptedServer.Seen seen)
    {
        if (seen.PathAndQuery != "/token")
        {
            return new(seen.Header("Authorization") == $"Bearer {Access}" ? 200 : 401, "[]");
        }

        string answer;
        lock (_gate)
        {
            if (HttpUtility.ParseQueryString(seen.Body)["refresh_token"] != Refresh)
            {
                return new(400, """{"error":"invalid_grant"}""");
            }

            _turn++;
            Refresh = string.Create(CultureInfo.InvariantCulture, $"refresh-token-{_turn}");
            answer = $$"""{"access_token":"{{Access}}","refresh_token":"{{Refresh}}","expires_in":{{ExpiresIn}}}""";
        }

        BeforeAnswer?.Invoke();
        return new(200, answer);
    }
}
