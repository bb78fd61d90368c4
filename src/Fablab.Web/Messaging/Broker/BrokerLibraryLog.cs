using System.Globalization;
using MQTTnet.Diagnostics.Logger;

namespace Fablab.Web.Messaging.Broker;

/// <summary>
/// Passes the MQTT library's warnings on. Its lesser lines name packets in full, which is more than a log should hold.
/// </summary>
internal sealed partial class BrokerLibraryLog(ILogger<BrokerLibraryLog> log) : IMqttNetLogger
{
    public bool IsEnabled => true;

    public void Publish(MqttNetLogLevel logLevel, string source, string message, object[]? parameters, Exception? exception)
    {
        if (logLevel < MqttNetLogLevel.Warning)
        {
            return;
        }

        var text = parameters is { Length: > 0 } ? string.Format(CultureInfo.InvariantCulture, message, parameters) : message;

        // Connections break all the time; that is the library's warning, and our information.
        LogLibrary(logLevel is MqttNetLogLevel.Error ? LogLevel.Error : LogLevel.Debug, exception, source, text);
    }

    [LoggerMessage(Message = "{Source}: {Text}")]
    private partial void LogLibrary(LogLevel level, Exception? exception, string source, string text);
}
