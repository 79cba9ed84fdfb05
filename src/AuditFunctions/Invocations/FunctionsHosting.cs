using AuditFunctions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AuditFunctions.Invocations;

/// <summary>Registers what the functions need beside the pipeline.</summary>
internal static class FunctionsHosting
{
    // Two tries of a delivery, each within its time-out; the Functions host ends the process sooner.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(150);

    /// <summary>Registers it.</summary>
    public static IServiceCollection AddFunctionsHosting(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        services.AddOptions<TimerSetting>().Configure(timer => timer.Cron = configuration[TickCron.Setting]).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TimerSetting>, TimerSettingRules>();
        services.AddSingleton<HeldShipping>();
        services.AddSingleton<InvocationsUnderWay>();
        services.AddHostedService<SetupService>();
        services.AddHostedService(provider => provider.GetRequiredService<InvocationsUnderWay>());
        return services;
    }
}
